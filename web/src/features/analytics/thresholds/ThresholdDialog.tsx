import { Autocomplete, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { components } from "@/api/schema";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { getAttendance } from "@/lib/attendance";

import { getScores } from "../api/get-scores";
import { getThresholds } from "../api/get-thresholds";
import { putThreshold } from "../api/put-threshold";
import { costsAt, thresholdFor } from "../error-rates";
import { formatErrorRate, formatSimilarity, oneIn } from "../format";
import { sourcesOf } from "../scores/sources";
import { FmrInput } from "./FmrInput";

interface Props {
  /** Null for one that is still to be named. */
  group: string | null;
  thresholds: components["schemas"]["ThresholdsResult"];
  onClose: () => void;
}

const DAYS_OF_SUGGESTIONS = 30;

/** Chooses a department's rate, shows what follows from it, and asks before it is set. */
export function ThresholdDialog({ group, thresholds, onClose }: Props) {
  const { t, i18n } = useTranslation(["analytics", "common"]);
  const known = useQuery(getAttendance(DAYS_OF_SUGGESTIONS));
  const current = thresholds.groups.find((each) => each.group === group) ?? thresholds;
  const [named, setNamed] = useState(group ?? "");
  const [missing, setMissing] = useState(false);
  const [rate, setRate] = useState(current.target_fmr);
  const [asked, setAsked] = useState(false);
  const follows = useConsequence(rate);
  const set = useSetThreshold();
  const name = named.trim();
  const n = oneIn(rate, i18n.language);

  function next() {
    setMissing(name === "");
    setAsked(name !== "");
  }

  return (
    <>
      <Modal opened={!asked} onClose={onClose} title={t("thresholds.form.title")}>
        <Stack gap="lg">
          <Autocomplete
            label={t("thresholds.form.group")}
            description={t("thresholds.form.groupNote")}
            data={known.data?.departments.map((each) => each.group) ?? []}
            value={named}
            onChange={setNamed}
            disabled={group !== null}
            error={missing && name === "" && t("thresholds.form.groupMissing")}
            maxLength={64}
            required
          />
          <FmrInput
            rate={rate}
            strictest={thresholds.strictest}
            weakest={thresholds.weakest}
            current={current.target_fmr}
            onChange={setRate}
          />
          <Text size="sm" data-numbers aria-live="polite" mih="1.5em">
            {follows !== null && t("thresholds.form.follows", follows)}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:cancel")}
            </Button>
            <Button onClick={next}>{t("thresholds.form.next")}</Button>
          </Group>
        </Stack>
      </Modal>
      <ConfirmDialog
        opened={asked}
        title={t("thresholds.confirm.title", { group: name })}
        action={t("thresholds.confirm.action")}
        onConfirm={() => set.mutateAsync({ group: name, rate }).then(onClose)}
        onClose={() => setAsked(false)}
      >
        {t("thresholds.confirm.text", { group: name, n, fnmr: follows?.fnmr ?? "–" })}
      </ConfirmDialog>
    </>
  );
}

/** What a rate means for references of one photo, on the calibration's data; null until known. */
function useConsequence(rate: number): { threshold: string; fnmr: string } | null {
  const { i18n } = useTranslation();
  const { data } = useQuery(getScores);
  const curve = data && sourcesOf(data, "calibration").find(({ samples }) => samples === 1);
  if (data === undefined || curve === undefined) return null;
  const threshold = thresholdFor(curve, rate);
  return {
    threshold: formatSimilarity(threshold, data.unit, i18n.language),
    fnmr: formatErrorRate(costsAt(curve, threshold).fnmr, i18n.language),
  };
}

function useSetThreshold() {
  const { t, i18n } = useTranslation("analytics");
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ group, rate }: { group: string; rate: number }) => putThreshold(group, rate),
    onSuccess: ({ group, target_fmr }) => {
      const n = oneIn(target_fmr, i18n.language);
      notifications.show({ message: t("thresholds.changed", { group, n }) });
      return client.invalidateQueries({ queryKey: getThresholds.queryKey });
    },
  });
}
