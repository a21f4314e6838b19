import { Alert, Box, SegmentedControl, Skeleton, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, lazy, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useLocation } from "react-router";

import { Brand } from "@/components/Brand";
import { sessionEndedBy, useSession } from "@/lib/session/store";

import { getWays } from "./api/get-ways";
import { Facts } from "./components/Facts";
import { KeyForm } from "./components/KeyForm";
import { PasswordForm } from "./components/PasswordForm";
import classes from "./SignInPage.module.css";

// The camera and what follows a live session weigh more than the rest of this page.
const FaceSignIn = lazy(() => import("./components/FaceSignIn"));

type Way = "password" | "key" | "face";

/** The door: for operators, for programs' keys, and, where it is switched on, for faces. */
export function SignInPage() {
  const { t } = useTranslation("signIn");
  const session = useSession();
  const from = (useLocation().state as { from?: string } | null)?.from;
  const { data: ways } = useQuery(getWays);
  const [way, setWay] = useState<Way>("password");
  useEffect(() => {
    document.title = `${t("title")} · mien`;
  }, [t]);

  if (session?.kind === "subject") return <Navigate to="/me" replace />;
  if (session !== null) return <Navigate to={from ?? "/"} replace />;
  const offered: Way[] = ways?.face ? ["password", "key", "face"] : ["password", "key"];
  return (
    <div className={classes.page}>
      <main className={classes.form}>
        <Stack w="100%" maw={way === "face" ? 520 : 360} gap="lg">
          <Brand />
          <Title order={1}>{t("welcome")}</Title>
          {sessionEndedBy() === "server" && <Alert color="yellow">{t("ended")}</Alert>}
          <SegmentedControl
            aria-label={t("how")}
            fullWidth
            value={way}
            onChange={(chosen) => setWay(chosen)}
            data={offered.map((value) => ({ value, label: t(`ways.${value}`) }))}
          />
          <Box mih={260}>
            {way === "password" && <PasswordForm />}
            {way === "key" && <KeyForm />}
            {way === "face" && (
              <Suspense fallback={<Skeleton height={320} radius="lg" />}>
                <FaceSignIn />
              </Suspense>
            )}
          </Box>
        </Stack>
      </main>
      <Facts />
    </div>
  );
}
