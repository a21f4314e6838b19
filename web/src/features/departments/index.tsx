export { DepartmentsPage as Component } from "./DepartmentsPage";
