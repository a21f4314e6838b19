import { IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";

import { EmptyState } from "@/components/EmptyState";
import { type Scope, may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

/** Shows a page to those who may see it; the server refuses the others in any case. */
export function RequireScope({ scope }: { scope: Scope }) {
  const { t } = useTranslation();
  const session = useSession();
  if (may(session, scope)) return <Outlet />;
  return (
    <EmptyState
      alone
      icon={IconLock}
      title={t("forbidden.title")}
      advice={t("forbidden.advice", { scope })}
    />
  );
}
