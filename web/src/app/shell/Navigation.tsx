import { AppShell, NavLink, ScrollArea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";

import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import { NAVIGATION } from "../navigation";
import { NavigationCount } from "./NavigationCount";
import classes from "./Shell.module.css";

/** The pages that whoever is signed in may see. */
export function Navigation({ onNavigate }: { onNavigate: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const session = useSession();
  return (
    <AppShell.Section grow component={ScrollArea}>
      {NAVIGATION.map(({ group, items }) => {
        const shown = items.filter((item) => may(session, item.scope));
        if (shown.length === 0) return null;
        return (
          <section key={group}>
            <div className={classes.group}>{t(`groups.${group}` as "groups.work")}</div>
            {shown.map(({ page, icon: Icon }) => (
              <NavLink
                key={page}
                className={classes.link ?? ""}
                component={Link}
                to={`/${page}`}
                label={t(`pages.${page}`)}
                active={pathname.split("/")[1] === page}
                aria-current={pathname === `/${page}` ? "page" : undefined}
                leftSection={<Icon size={18} stroke={1.6} />}
                rightSection={page === "reviews" && <NavigationCount />}
                onClick={onNavigate}
              />
            ))}
          </section>
        );
      })}
    </AppShell.Section>
  );
}
