import { Anchor, Grid, Stack } from "@mantine/core";
import { IconArrowLeft, IconUserOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";

import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { asProblem } from "@/lib/problem";

import { getPerson } from "./api/get-person";
import { ConsentsSection } from "./components/ConsentsSection";
import { FactsSection } from "./components/FactsSection";
import type { Person } from "./components/FoundPeople";
import { GroupsSection } from "./components/GroupsSection";
import { HistorySection } from "./components/HistorySection";
import { LockAlert } from "./components/LockAlert";
import { PersonHeader } from "./components/PersonHeader";
import { ProfileSection } from "./components/ProfileSection";
import classes from "./PersonPage.module.css";

/** One person: who they are, what is kept of them, and what an operator can do about it. */
export function PersonPage() {
  const { t } = useTranslation("people");
  const { userId = "" } = useParams();
  const person = useQuery(getPerson(userId));
  return (
    <>
      <Anchor component={Link} to="/people" className={classes.back ?? ""}>
        <IconArrowLeft size={16} aria-hidden />
        {t("back")}
      </Anchor>
      {asProblem(person.error).code === "UNKNOWN_SUBJECT" ? (
        <EmptyState
          alone
          icon={IconUserOff}
          title={t("unknown.title", { user: userId })}
          advice={t("unknown.advice")}
        />
      ) : (
        <Loaded query={person} height={640}>
          {(found) => <Found key={found.user_id} person={found} />}
        </Loaded>
      )}
    </>
  );
}

function Found({ person }: { person: Person }) {
  const { user_id: userId } = person;
  return (
    <>
      <PersonHeader person={person} />
      <LockAlert person={person} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <FactsSection person={person} />
            <HistorySection userId={userId} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="lg">
            <ProfileSection person={person} />
            <ConsentsSection userId={userId} />
            <GroupsSection userId={userId} />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}
