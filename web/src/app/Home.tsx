import { Navigate } from "react-router";

import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import { NAVIGATION } from "./navigation";

/** Leads to the first page that whoever is signed in may see. */
export function Component() {
  const session = useSession();
  const items = NAVIGATION.flatMap((group) => group.items);
  const first = items.find((item) => may(session, item.scope));
  return <Navigate to={`/${first?.page ?? "models"}`} replace />;
}
