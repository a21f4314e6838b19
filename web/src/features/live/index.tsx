export { LivePage as Component } from "./LivePage";
