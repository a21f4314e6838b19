import { Button, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import { authenticate } from "../api/authenticate";
import { PhotoSource } from "../photo/PhotoSource";
import { usePhotos } from "../photo/use-photos";
import type { VerifyProps } from "./VerifyTab";

/** A claim, shown by one photo, where the policy is content with that. */
export function VerifyPhoto({ userId, onAnswer }: VerifyProps) {
  const { t } = useTranslation("live");
  const photos = usePhotos();
  const verify = useMutation({
    mutationFn: async () => {
      onAnswer(null);
      const [photo] = await photos.portions();
      return photo === undefined ? null : authenticate(userId, photo);
    },
    onSuccess: onAnswer,
  });
  return (
    <Stack>
      <PhotoSource photos={photos} />
      {verify.isError && (
        <ProblemAlert problem={asProblem(verify.error)} title={t("verify.failed")} />
      )}
      {photos.photos.length > 0 && (
        <Button
          size="md"
          disabled={userId === "" || !photos.ready}
          loading={verify.isPending}
          onClick={() => verify.mutate()}
        >
          {t("verify.submit")}
        </Button>
      )}
    </Stack>
  );
}
