import { Badge } from "@mantine/core";
import { IconCheck, IconMinus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
  /** Null for what was no decision. */
  accepted: boolean | null;
  /** A stable word of the wire, as `LOW_CONFIDENCE`. */
  reason?: string | null;
}

/** Accepted or refused, by shape and word as well as by color. */
export function Outcome({ accepted, reason }: Props) {
  const { t } = useTranslation();
  const [color, Icon] =
    accepted === null ? ["gray", IconMinus] : accepted ? ["verdigris", IconCheck] : ["red", IconX];
  const word = accepted === null ? "–" : t(accepted ? "accepted" : "refused");
  const why = reason ? t(`reasons.${reason}` as "reasons.MATCH", { defaultValue: reason }) : null;
  return (
    <Badge color={color} leftSection={<Icon size={12} stroke={2.4} />}>
      {accepted === false && why !== null ? why : word}
    </Badge>
  );
}
