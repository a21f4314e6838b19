export { AnalyticsPage as Component } from "./AnalyticsPage";
