import { Badge, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Time } from "@/components/Time";
import { useSession } from "@/lib/session/store";

import type { Operator } from "../api/get-operators";
import classes from "../Operators.module.css";
import { OperatorMenu } from "./OperatorMenu";

interface Props {
  operator: Operator;
  all: readonly Operator[];
}

/** One operator: who they are, what they are trusted with, and whether they may sign in. */
export function OperatorRow({ operator, all }: Props) {
  const { t } = useTranslation("operators");
  const { t: common } = useTranslation();
  const session = useSession();
  const isMe = session?.kind === "operator" && session.name === operator.name;
  const isEnabled = operator.disabled_at === null;
  return (
    <li className={classes.row}>
      <Group gap="xs" className={classes.name}>
        <Text fw={600} truncate {...(!isEnabled && { c: "dimmed" })}>
          {operator.name}
        </Text>
        {isMe && <Badge>{t("you")}</Badge>}
        {!isEnabled && <Badge color="gray">{t("disabled")}</Badge>}
      </Group>
      <div className={classes.role}>
        <Text size="sm">{common(`roles.${operator.role}`)}</Text>
        <Text size="xs" c="dimmed">
          {t(`roles.${operator.role}`)}
        </Text>
      </div>
      <Text size="sm" c="dimmed" className={classes.since}>
        {t(isEnabled ? "since" : "disabledSince")}{" "}
        <Time at={operator.disabled_at ?? operator.created_at} />
      </Text>
      <div className={classes.menu}>
        <OperatorMenu operator={operator} isMe={isMe} all={all} />
      </div>
    </li>
  );
}
