import { AppShell, Box, Burger, Center, Group, Loader } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Outlet, useLocation } from "react-router";

import { Brand } from "@/components/Brand";
import { NewReviewNotice } from "@/features/reviews/NewReviewNotice";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import { Navigation } from "./Navigation";
import classes from "./Shell.module.css";
import { UserMenu } from "./UserMenu";

/** The frame of all pages of operators: navigation beside them, above them on a phone. */
export function Component() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const session = useSession();
  const [opened, { toggle, close }] = useDisclosure();
  if (session === null) return <Navigate to="/sign-in" state={{ from: pathname }} replace />;
  if (session.kind === "subject") return <Navigate to="/me" replace />;
  return (
    <AppShell
      header={{ height: { base: 56, sm: 0 } }}
      navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={{ base: "md", sm: "xl" }}
    >
      {may(session, "review") && <NewReviewNotice />}
      <a href="#main" className={classes.skip}>
        {t("skipToContent")}
      </a>
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="md" justify="space-between">
          <Brand />
          <Burger
            opened={opened}
            onClick={toggle}
            size="sm"
            aria-label={t(opened ? "menu.close" : "menu.open")}
          />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="md" aria-label={t("menu.name")}>
        <Box visibleFrom="sm" px="xs" pb="lg">
          <Brand />
        </Box>
        <Navigation onNavigate={close} />
        <UserMenu session={session} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={classes.main ?? ""}>
        <Box maw={1200} mx="auto">
          <Suspense fallback={<Waiting />}>
            <Outlet />
          </Suspense>
        </Box>
      </AppShell.Main>
    </AppShell>
  );
}

function Waiting() {
  return (
    <Center h="60vh">
      <Loader />
    </Center>
  );
}
