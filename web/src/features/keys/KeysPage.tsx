import { Button, Stack, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { PageHeader } from "@/components/PageHeader";
import { useNow } from "@/lib/use-now";

import { type ApiKey, getKeys } from "./api/get-keys";
import { CreateKey } from "./components/CreateKey";
import { KeyCard } from "./components/KeyCard";
import { stateOf } from "./key-state";

/** The keys that programs call the server with. */
export function KeysPage() {
  const { t } = useTranslation("keys");
  const query = useQuery(getKeys);
  const [isCreating, { open, close }] = useDisclosure();
  return (
    <>
      <PageHeader title={t("title")} purpose={t("purpose")}>
        <Button leftSection={<IconPlus size={18} />} onClick={open}>
          {t("create.action")}
        </Button>
      </PageHeader>
      <Loaded query={query} height={480}>
        {({ keys }) => <Keys keys={keys} readAt={query.dataUpdatedAt} />}
      </Loaded>
      <CreateKey opened={isCreating} onClose={close} />
    </>
  );
}

function Keys({ keys, readAt }: { keys: readonly ApiKey[]; readAt: number }) {
  const { t } = useTranslation("keys");
  // A key that was revoked a moment ago has ended, though the page's clock is not there yet.
  const now = new Date(Math.max(useNow().getTime(), readAt));
  const accepted = keys.filter((key) => stateOf(key, now) !== "ended");
  const ended = keys.filter((key) => stateOf(key, now) === "ended");
  return (
    <Stack gap="xl">
      {accepted.length === 0 ? (
        <EmptyState icon={IconKey} title={t("none.title")} advice={t("none.advice")} />
      ) : (
        <KeyCards title={t("accepted")} keys={accepted} now={now} />
      )}
      {ended.length > 0 && <KeyCards title={t("ended")} keys={ended} now={now} />}
    </Stack>
  );
}

interface CardsProps {
  title: string;
  keys: readonly ApiKey[];
  now: Date;
}

function KeyCards({ title, keys, now }: CardsProps) {
  return (
    <section>
      <Title order={2} fz="sm" c="dimmed" fw={550} mb="xs">
        {title}
      </Title>
      <Stack gap="sm">
        {keys.map((key) => (
          <KeyCard key={key.key_id} about={key} state={stateOf(key, now)} />
        ))}
      </Stack>
    </section>
  );
}
