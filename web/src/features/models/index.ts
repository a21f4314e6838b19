export { ModelsPage as Component } from "./ModelsPage";
