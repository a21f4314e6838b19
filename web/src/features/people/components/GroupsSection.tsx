import { ActionIcon, Badge, Group, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { ProblemAlert } from "@/components/ProblemAlert";
import { Section } from "@/components/person/Section";
import { asProblem } from "@/lib/problem";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import { forgetGroup } from "../api/forget-group";
import { getConsents } from "../api/get-consents";
import { getGroups } from "../api/get-groups";
import { useChange } from "../use-change";
import { GroupForm } from "./GroupForm";

/** What error rates are compared by; noted only with consent, save the department. */
export function GroupsSection({ userId }: { userId: string }) {
  const { t } = useTranslation("people");
  const session = useSession();
  const groups = useQuery(getGroups(userId));
  const consents = useQuery(getConsents(userId));
  const agrees = consents.data?.consents.some(
    ({ purpose, given_at: givenAt }) => purpose === "fairness" && givenAt !== null,
  );
  return (
    <Section title={t("groups.title")} purpose={t("groups.purpose")}>
      <Loaded query={groups} height={60}>
        {(known) => (
          <NotedGroups userId={userId} groups={Object.entries(known.groups).filter(isCompared)} />
        )}
      </Loaded>
      {may(session, "enroll") && agrees === true && <GroupForm userId={userId} />}
      {agrees === false && (
        <Text size="sm" c="dimmed" mt="md">
          {t("groups.needsConsent")}
        </Text>
      )}
    </Section>
  );
}

/** The department stands in the profile. */
function isCompared([attribute]: readonly [string, string]): boolean {
  return attribute !== "department";
}

function NotedGroups({ userId, groups }: { userId: string; groups: [string, string][] }) {
  const { t } = useTranslation("people");
  const session = useSession();
  const forget = useChange(
    userId,
    (attribute: string) => forgetGroup(userId, attribute),
    t("groups.removed"),
  );
  if (groups.length === 0) return <Text size="sm">{t("groups.empty")}</Text>;
  return (
    <>
      <Group gap="xs">
        {groups.map(([attribute, group]) => (
          <Badge
            key={attribute}
            size="lg"
            color="gray"
            rightSection={
              may(session, "enroll") && (
                <ActionIcon
                  size="xs"
                  variant="transparent"
                  color="gray"
                  aria-label={t("groups.remove", { attribute })}
                  disabled={forget.isPending}
                  onClick={() => forget.mutate(attribute)}
                >
                  <IconX size={12} />
                </ActionIcon>
              )
            }
          >
            {attribute}: {group}
          </Badge>
        ))}
      </Group>
      {forget.isError && <ProblemAlert problem={asProblem(forget.error)} />}
    </>
  );
}
