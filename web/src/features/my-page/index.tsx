export { MyPage as Component } from "./MyPage";
