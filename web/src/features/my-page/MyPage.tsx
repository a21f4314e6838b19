import { Grid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Navigate } from "react-router";

import { Loaded } from "@/components/Loaded";
import { PageHeader } from "@/components/PageHeader";
import { useSession } from "@/lib/session/store";

import { getMe } from "./api/get-me";
import { ConsentsSection } from "./components/ConsentsSection";
import { ErasureSection } from "./components/ErasureSection";
import { ExportSection } from "./components/ExportSection";
import { ExpressionsSection } from "./components/ExpressionsSection";
import { Frame } from "./components/Frame";
import { HistorySection } from "./components/HistorySection";
import { PasswordSection } from "./components/PasswordSection";
import { ProfileSection } from "./components/ProfileSection";
import { SessionLine } from "./components/SessionLine";

/** What a person sees of themselves who signed in by face, and what they can do about it. */
export function MyPage() {
  const { t } = useTranslation("myPage");
  const session = useSession();
  const me = useQuery({ ...getMe, enabled: session?.kind === "subject" });
  if (session?.kind !== "subject") return <Navigate to="/sign-in" replace />;
  return (
    <Frame>
      <Loaded query={me} height={560}>
        {(myself) => (
          <>
            <PageHeader
              title={t("hello", { name: myself.name ?? myself.user_id })}
              purpose={t("purpose")}
            />
            <SessionLine session={session} signedInBy={myself.signed_in_by} />
            <Grid gap="lg">
              <Grid.Col span={{ base: 12, md: 7 }}>
                <Stack gap="lg">
                  <ProfileSection me={myself} />
                  <HistorySection />
                  <ExportSection userId={myself.user_id} />
                </Stack>
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 5 }}>
                <Stack gap="lg">
                  <ConsentsSection />
                  <ExpressionsSection />
                  <PasswordSection userId={myself.user_id} hasPassword={myself.has_password} />
                  <ErasureSection />
                </Stack>
              </Grid.Col>
            </Grid>
          </>
        )}
      </Loaded>
    </Frame>
  );
}
