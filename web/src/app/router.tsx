import { createBrowserRouter } from "react-router";

import { Failure } from "./Failure";
import { RequireScope } from "./RequireScope";

/** Every page is a chunk of its own: who signs in loads no charts. */
export const router = createBrowserRouter([
  {
    errorElement: <Failure />,
    HydrateFallback: Nothing, // for the moment that the first page takes to load
    children: [
      { path: "/sign-in", lazy: () => import("@/features/sign-in") },
      { path: "/me", lazy: () => import("@/features/my-page") },
      {
        lazy: () => import("./shell/Shell"),
        children: [
          { index: true, lazy: () => import("./Home") },
          {
            errorElement: <Failure />,
            children: [
              guarded("verify", { path: "/live", lazy: () => import("@/features/live") }),
              guarded("read", { path: "/people", lazy: () => import("@/features/people") }),
              guarded("read", {
                path: "/people/:userId",
                lazy: () => import("@/features/people/person"),
              }),
              guarded("review", { path: "/reviews", lazy: () => import("@/features/reviews") }),
              guarded("audit", { path: "/analytics", lazy: () => import("@/features/analytics") }),
              guarded("audit", {
                path: "/departments",
                lazy: () => import("@/features/departments"),
              }),
              guarded("audit", { path: "/audit", lazy: () => import("@/features/audit") }),
              guarded("admin", { path: "/keys", lazy: () => import("@/features/keys") }),
              guarded("admin", { path: "/operators", lazy: () => import("@/features/operators") }),
              guarded("read", { path: "/models", lazy: () => import("@/features/models") }),
              guarded("metrics", { path: "/system", lazy: () => import("@/features/system") }),
            ],
          },
          { path: "*", lazy: () => import("./NotFound") },
        ],
      },
    ],
  },
]);

function guarded(
  scope: Parameters<typeof RequireScope>[0]["scope"],
  page: { path: string; lazy: () => Promise<{ Component: React.ComponentType }> },
) {
  return { element: <RequireScope scope={scope} />, children: [page] };
}

function Nothing() {
  return null;
}
