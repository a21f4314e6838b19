import { Input, NumberInput, Slider, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { oneIn } from "../format";
import { marksOf, powersOf, rateOf } from "./rates";

interface Props {
  rate: number;
  strictest: number;
  weakest: number;
  /** What is set now, which is always offered. */
  current: number;
  onChange: (rate: number) => void;
}

/** A false match rate, as a slider over powers of ten and as "one in so many" to type. */
export function FmrInput({ rate, strictest, weakest, current, onChange }: Props) {
  const { t, i18n } = useTranslation("analytics");
  const powers = powersOf(strictest, weakest, current);
  const written = (power: number) => `1 : ${oneIn(10 ** -power, i18n.language)}`;
  return (
    <Stack gap="lg">
      <Input.Wrapper label={t("thresholds.form.slider")} labelElement="div">
        <Slider
          mt={6}
          mb={22}
          mx={20}
          thumbLabel={t("thresholds.form.slider")}
          min={powers.weakest}
          max={powers.strictest}
          step={0.1}
          value={-Math.log10(rate)}
          onChange={(power) => onChange(rateOf(power, strictest, weakest))}
          label={written}
          thumbProps={{ "aria-valuetext": written(-Math.log10(rate)) }}
          marks={marksOf(powers).map((value) => ({ value, label: shortOf(value, i18n.language) }))}
        />
      </Input.Wrapper>
      <NumberInput
        label={t("thresholds.form.oneIn")}
        value={Math.round(1 / rate)}
        min={Math.ceil(10 ** powers.weakest)}
        max={Math.floor(1 / strictest)}
        thousandSeparator={separatorOf(i18n.language)}
        decimalSeparator={separatorOf(i18n.language) === "." ? "," : "."}
        allowDecimal={false}
        clampBehavior="blur"
        onChange={(count) => {
          if (typeof count === "number" && count > 1) {
            onChange(rateOf(Math.log10(count), strictest, weakest));
          }
        }}
      />
    </Stack>
  );
}

/** Write a power of ten in few letters, as 10K. */
function shortOf(power: number, language: string): string {
  return new Intl.NumberFormat(language, { notation: "compact" }).format(10 ** power);
}

function separatorOf(language: string): string {
  const parts = new Intl.NumberFormat(language).formatToParts(10_000);
  return parts.find(({ type }) => type === "group")?.value ?? "";
}
