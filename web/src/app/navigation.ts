import {
  IconActivityHeartbeat,
  IconBuilding,
  IconChartHistogram,
  IconChecklist,
  IconCpu,
  IconKey,
  IconListDetails,
  IconScan,
  IconUsers,
  IconUsersGroup,
} from "@tabler/icons-react";
import type { FC } from "react";

import type { Scope } from "@/lib/session/session";

export interface NavigationItem {
  /** Its path, and the key of its name in `strings`. */
  readonly page:
    | "live"
    | "people"
    | "reviews"
    | "departments"
    | "analytics"
    | "audit"
    | "keys"
    | "operators"
    | "models"
    | "system";
  readonly icon: FC<{ size?: number; stroke?: number }>;
  /** Without it the page is not shown, and the server would refuse what it asks for. */
  readonly scope: Scope;
}

export const NAVIGATION: readonly { group: string; items: readonly NavigationItem[] }[] = [
  {
    group: "work",
    items: [
      { page: "live", icon: IconScan, scope: "verify" },
      { page: "people", icon: IconUsers, scope: "read" },
      { page: "reviews", icon: IconChecklist, scope: "review" },
    ],
  },
  {
    group: "insight",
    items: [
      { page: "analytics", icon: IconChartHistogram, scope: "audit" },
      { page: "departments", icon: IconBuilding, scope: "audit" },
      { page: "audit", icon: IconListDetails, scope: "audit" },
    ],
  },
  {
    group: "administration",
    items: [
      { page: "keys", icon: IconKey, scope: "admin" },
      { page: "operators", icon: IconUsersGroup, scope: "admin" },
      { page: "models", icon: IconCpu, scope: "read" },
      { page: "system", icon: IconActivityHeartbeat, scope: "metrics" },
    ],
  },
];
