export { ReviewsPage as Component } from "./ReviewsPage";
