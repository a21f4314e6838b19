export { PeoplePage as Component } from "./PeoplePage";
