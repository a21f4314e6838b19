export { OperatorsPage as Component } from "./OperatorsPage";
