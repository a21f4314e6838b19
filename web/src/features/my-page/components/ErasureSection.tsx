import { Alert, Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconHourglass } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Section } from "@/components/person/Section";
import { useNow } from "@/lib/use-now";

import { askForErasure } from "../api/ask-for-erasure";
import { getHistory } from "../api/get-history";
import { erasureStanding } from "../erasure-standing";
import { useOwnChange } from "../use-own-change";
import { ErasureDialog } from "./ErasureDialog";

/** The way out for good: an operator decides, so that nobody is erased by whoever sits here. */
export function ErasureSection() {
  const { t } = useTranslation("myPage");
  const [opened, { open, close }] = useDisclosure();
  const ask = useOwnChange(askForErasure, t("erasure.sent"));
  const { data } = useInfiniteQuery(getHistory);
  const standing = erasureStanding(data?.pages.flatMap((page) => page.history) ?? [], useNow());
  return (
    <Section title={t("erasure.title")} purpose={t("erasure.purpose")}>
      {standing === "denied" && (
        <Text size="sm" mb="sm">
          {t("erasure.denied")}
        </Text>
      )}
      {ask.isSuccess || standing === "open" ? (
        <Alert color="yellow" icon={<IconHourglass size={18} />} title={t("erasure.asked")}>
          <Text size="sm">{t("erasure.askedAdvice")}</Text>
        </Alert>
      ) : (
        <Group>
          <Button variant="light" color="red" onClick={open}>
            {t("erasure.action")}
          </Button>
        </Group>
      )}
      {opened && <ErasureDialog ask={ask} onClose={close} />}
    </Section>
  );
}
