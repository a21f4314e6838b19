import { Badge, Table, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconHourglass } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { components } from "@/api/schema";
import type { Range } from "@/components/charts/scales";
import { WhiskerCell } from "@/components/charts/WhiskerCell";
import { formatCount, formatShare } from "@/lib/format";

type GroupRate = components["schemas"]["GroupRateResult"];

interface Props {
  group: GroupRate;
  /** That the shares of all groups share. */
  domain: Range;
  tolerated: number;
}

/** From a quarter of everybody's rate to four times it. */
const RATIOS = [0.25, 4] as const;

export function GroupRow({ group, domain, tolerated }: Props) {
  const { t, i18n } = useTranslation("analytics");
  const share = (value: number) => formatShare(value, i18n.language);
  const words = {
    value: share(group.share.value),
    low: share(group.share.low),
    high: share(group.share.high ?? 1),
  };
  return (
    <Table.Tr>
      <Table.Td fw={550}>{group.group}</Table.Td>
      <Table.Td ta="right">{formatCount(group.people, i18n.language)}</Table.Td>
      <Table.Td ta="right">{formatCount(group.attempts, i18n.language)}</Table.Td>
      <Table.Td>
        <WhiskerCell
          words={{ ...words, says: t("fairness.shareSays", words) }}
          {...group.share}
          domain={domain}
        />
      </Table.Td>
      <Table.Td>
        <Ratio group={group} tolerated={tolerated} />
      </Table.Td>
      <Table.Td>
        <VerdictBadge verdict={group.verdict} />
      </Table.Td>
    </Table.Tr>
  );
}

function Ratio({ group: { ratio, verdict }, tolerated }: { group: GroupRate; tolerated: number }) {
  const { t, i18n } = useTranslation("analytics");
  if (ratio === null) {
    return (
      <Text size="sm" c="dimmed">
        {t("fairness.alone")}
      </Text>
    );
  }
  const number = (value: number) =>
    new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 2 }).format(value);
  const words = {
    value: number(ratio.value),
    low: number(ratio.low),
    high: ratio.high === null ? t("fairness.open") : number(ratio.high),
  };
  return (
    <WhiskerCell
      words={{
        ...words,
        value: t("fairness.times", words),
        says: t("fairness.timesSays", words),
      }}
      {...ratio}
      domain={RATIOS}
      log
      reference={1}
      limit={tolerated}
      bad={verdict === "outside"}
    />
  );
}

const VERDICTS = {
  within: { color: "verdigris", icon: IconCheck },
  outside: { color: "red", icon: IconAlertTriangle },
  undecidable: { color: "gray", icon: IconHourglass },
} as const;

function VerdictBadge({ verdict }: { verdict: GroupRate["verdict"] }) {
  const { t } = useTranslation("analytics");
  const { color, icon: Icon } = VERDICTS[verdict];
  return (
    <Badge color={color} leftSection={<Icon size={12} />} miw="max-content">
      {t(`fairness.verdicts.${verdict}`)}
    </Badge>
  );
}
