import { Button, Group, NumberInput, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import { identify } from "../api/identify";
import { PhotoSource } from "../photo/PhotoSource";
import { usePhotos } from "../photo/use-photos";
import { NothingYet } from "../result/NothingYet";
import { Sides } from "../Sides";
import { IdentificationResult } from "./IdentificationResult";

const MOST_SHOWN = 100;
const SHOWN_AT_FIRST = 3;

/** Who is it, if anybody enrolled (1:N)? */
export function IdentifyTab() {
  const { t } = useTranslation("live");
  const photos = usePhotos();
  const [topK, setTopK] = useState(SHOWN_AT_FIRST);
  const search = useMutation({
    mutationFn: async () => {
      const [photo] = await photos.portions();
      return photo === undefined ? null : identify(photo, topK);
    },
  });
  return (
    <Sides
      shown={
        <Stack>
          <PhotoSource photos={photos} />
          {search.isError && <ProblemAlert problem={asProblem(search.error)} />}
          {photos.photos.length > 0 && (
            <Group align="flex-end">
              <NumberInput
                label={t("identify.topK")}
                w={150}
                min={1}
                max={MOST_SHOWN}
                allowDecimal={false}
                value={topK}
                onChange={(value) => setTopK(Number(value) || 1)}
              />
              <Button
                size="md"
                flex={1}
                disabled={!photos.ready}
                loading={search.isPending}
                onClick={() => search.mutate()}
              >
                {t("identify.submit")}
              </Button>
            </Group>
          )}
        </Stack>
      }
      said={
        search.data == null ? (
          <NothingYet />
        ) : (
          <IdentificationResult key={search.submittedAt} answer={search.data} />
        )
      }
    />
  );
}
