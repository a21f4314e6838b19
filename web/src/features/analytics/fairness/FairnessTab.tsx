import { Alert, Autocomplete, Group, Input, SegmentedControl, Stack, Text } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconAlertTriangle, IconScale } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import type { components } from "@/api/schema";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { useChoice } from "@/lib/use-choice";

import { getFairness } from "../api/get-fairness";
import { GroupRates } from "./GroupRates";

type Fairness = components["schemas"]["FairnessResult"];

const USUAL_ATTRIBUTES = ["department", "age", "gender", "skin_tone"];
const DAYS = ["30", "90", "365"] as const;
const TYPING_MS = 400;
/** As the server has them; what is half typed is not asked for. */
const WELL_FORMED = /^[a-z][a-z0-9_]{0,31}$/;

/** Whether groups of people are refused alike. */
export function FairnessTab() {
  const { t } = useTranslation("analytics");
  const [attribute, setAttribute] = useAttribute();
  const [days, setDays] = useChoice("days", DAYS, "30");
  const fairness = useQuery(getFairness(attribute, Number(days)));
  return (
    <Stack gap="md">
      <Group gap="lg" align="flex-start">
        <AttributeInput attribute={attribute} onChange={setAttribute} />
        <Input.Wrapper label={t("fairness.days")} labelElement="div">
          <SegmentedControl
            display="flex"
            w="fit-content"
            aria-label={t("fairness.days")}
            value={days}
            onChange={(chosen) => setDays(chosen)}
            data={[...DAYS]}
          />
        </Input.Wrapper>
      </Group>
      <Loaded query={fairness} height={420}>
        {(found) => <Comparison fairness={found} />}
      </Loaded>
    </Stack>
  );
}

function useAttribute(): [string, (chosen: string) => void] {
  const [search, setSearch] = useSearchParams();
  const choose = (attribute: string) =>
    setSearch(
      (before) => {
        before.set("by", attribute);
        return before;
      },
      { replace: true },
    );
  return [search.get("by") ?? "department", choose];
}

interface AttributeProps {
  attribute: string;
  onChange: (to: string) => void;
}

function AttributeInput({ attribute, onChange }: AttributeProps) {
  const { t } = useTranslation("analytics");
  const [typed, setTyped] = useState(attribute);
  const take = useDebouncedCallback(onChange, TYPING_MS);
  const isWellFormed = WELL_FORMED.test(typed);
  return (
    <Autocomplete
      label={t("fairness.attribute")}
      description={t("fairness.attributeNote")}
      inputWrapperOrder={["label", "input", "description", "error"]}
      data={USUAL_ATTRIBUTES}
      value={typed}
      onChange={(text) => {
        setTyped(text);
        if (WELL_FORMED.test(text)) take(text);
      }}
      error={!isWellFormed && t("fairness.attributeWrong")}
      maxLength={32}
      w={{ base: "100%", xs: 340 }}
    />
  );
}

function Comparison({ fairness }: { fairness: Fairness }) {
  const { t } = useTranslation("analytics");
  const isEmpty = Object.values(fairness.rates).every((groups) => groups.length === 0);
  return (
    <>
      {fairness.drifted && (
        <Alert color="red" icon={<IconAlertTriangle size={18} />} title={t("fairness.drifted")}>
          {t("fairness.driftedAdvice", { tolerated: fairness.tolerated })}
        </Alert>
      )}
      {isEmpty ? (
        <EmptyState
          icon={IconScale}
          title={t("fairness.empty")}
          advice={t("fairness.emptyAdvice")}
        />
      ) : (
        <GroupRates fairness={fairness} />
      )}
      {fairness.withheld > 0 && (
        <Text size="sm" c="dimmed">
          {t("fairness.withheld", { count: fairness.withheld })}
        </Text>
      )}
    </>
  );
}
