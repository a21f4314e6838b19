export { KeysPage as Component } from "./KeysPage";
