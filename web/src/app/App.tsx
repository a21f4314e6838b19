import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { RouterProvider } from "react-router";

import { startSpeaking } from "@/lib/i18n/i18n";
import { makeQueryClient } from "@/lib/query-client";
import { renewOperatorSession } from "@/lib/session/renew";
import { currentSession, subscribe } from "@/lib/session/store";

import { router } from "./router";
import { cssVariables, themeIn } from "./theme";

// What keeps the page from scrolling beneath a dialog writes a style of its own.
setNonce(styleNonce());

const queryClient = makeQueryClient();
// What one person saw, the next one at this screen must not.
subscribe(() => {
  if (currentSession() === null) queryClient.clear();
});

/** The whole page, once it knows which language to speak and whether somebody is signed in. */
export function App() {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    void prepare().then(() => setReady(true));
  }, []);
  return ready && <Dashboard />;
}

function Dashboard() {
  const { t } = useTranslation();
  const [close, showPassword] = [t("close"), t("showPassword")];
  const theme = useMemo(() => themeIn(close, showPassword), [close, showPassword]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}

async function prepare(): Promise<void> {
  const signedIn = currentSession() === null ? renewOperatorSession().catch(() => false) : null;
  await Promise.all([startSpeaking(), signedIn]);
}

/** The nonce without which the page's own policy lets no style in; see the server's `dashboard`. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
}
