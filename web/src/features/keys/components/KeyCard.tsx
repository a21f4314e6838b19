import { ActionIcon, Badge, Card, Group, Menu, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBan, IconDots, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Time } from "@/components/Time";
import { formatAbsolute } from "@/lib/format";
import { useSession } from "@/lib/session/store";

import type { ApiKey } from "../api/get-keys";
import type { KeyState } from "../key-state";
import classes from "../Keys.module.css";
import { RevokeKey } from "./RevokeKey";
import { RotateKey } from "./RotateKey";

/** What is known of a key, which is everything but the key itself. */
export function KeyCard({ about, state }: { about: ApiKey; state: KeyState }) {
  const { t, i18n } = useTranslation("keys");
  const { t: common } = useTranslation();
  const session = useSession();
  const isMine = session?.kind === "key" && session.name === `key:${about.key_id}`;
  return (
    <Card className={classes.card ?? ""} data-ended={state === "ended" || undefined} padding="md">
      <div className={classes.head}>
        <Group gap="xs">
          <Text fw={600}>{about.label}</Text>
          <Text size="xs" c="dimmed" ff="monospace">
            {about.key_id}
          </Text>
          {isMine && <Badge>{t("mine")}</Badge>}
          {state === "ending" && <Badge color="yellow">{t("ending")}</Badge>}
        </Group>
        {state !== "ended" && <KeyMenu about={about} isMine={isMine} />}
      </div>
      <Group gap={6} mt={6}>
        {about.scopes.map((scope) => (
          <Tooltip key={scope} label={t(`scopes.${scope}`)} withArrow>
            <Badge color={scope === "admin" ? "yellow" : "gray"} tabIndex={0}>
              {scope}
            </Badge>
          </Tooltip>
        ))}
      </Group>
      <dl className={classes.facts}>
        <Fact name={t("fields.liveness")}>{t(`policies.${about.liveness}.name`)}</Fact>
        {about.audience !== about.label && (
          <Fact name={t("fields.audience")}>{about.audience}</Fact>
        )}
        <Fact name={t("fields.lastUsed")}>
          {about.last_used_at === null ? common("never") : <Time at={about.last_used_at} />}
        </Fact>
        {state === "ended" && about.expires_at !== null ? (
          <Fact name={t("fields.endedAt")}>
            {formatAbsolute(new Date(about.expires_at), i18n.language)}
          </Fact>
        ) : (
          <Fact name={t("fields.endsAt")}>
            {about.expires_at === null ? common("never") : <Time at={about.expires_at} />}
          </Fact>
        )}
      </dl>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function KeyMenu({ about, isMine }: { about: ApiKey; isMine: boolean }) {
  const { t } = useTranslation("keys");
  const [isRotating, rotating] = useDisclosure();
  const [isRevoking, revoking] = useDisclosure();
  return (
    <>
      <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("actionsOn", { label: `${about.label}, ${about.key_id}` })}
          >
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconRefresh size={16} />} onClick={rotating.open}>
            {t("rotate.action")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconBan size={16} />} onClick={revoking.open}>
            {t("revoke.action")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RotateKey about={about} opened={isRotating} onClose={rotating.close} />
      <RevokeKey about={about} isMine={isMine} opened={isRevoking} onClose={revoking.close} />
    </>
  );
}
