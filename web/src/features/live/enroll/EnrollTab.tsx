import { Button, Card, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useCamera } from "@/lib/camera/use-camera";
import { asProblem } from "@/lib/problem";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import { usePhotos } from "../photo/use-photos";
import { Sides } from "../Sides";
import { FEWEST_SHOTS, photosOf } from "./capture-plan";
import { NOBODY, enrollPerson } from "./enroll-person";
import { EnrollResult } from "./EnrollResult";
import { GuidedCapture } from "./GuidedCapture";
import { PersonForm } from "./PersonForm";
import { PhotoGallery } from "./PhotoGallery";
import { Rejection } from "./Rejection";
import { useGuidedCapture } from "./use-guided-capture";

type Source = "camera" | "photo";

/** Enrolls one person after another. */
export function EnrollTab() {
  const [turn, setTurn] = useState(0);
  return <Enrolling key={turn} onNext={() => setTurn(turn + 1)} />;
}

/** Enrolls one person: pictures on one side, who they are and what became of it on the other. */
function Enrolling({ onNext }: { onNext: () => void }) {
  const { t } = useTranslation("live");
  const client = useQueryClient();
  const mayLook = may(useSession(), "read");
  const video = useRef<HTMLVideoElement>(null);
  const [source, setSource] = useState<Source>("camera");
  const [person, setPerson] = useState(NOBODY);
  const [started, setStarted] = useState(false);
  const photos = usePhotos();
  const guide = useGuidedCapture(video, mayLook && started && source === "camera");
  const enrolling = useMutation({
    mutationFn: async () =>
      enrollPerson(person, source === "camera" ? photosOf(guide.capture) : await photos.portions()),
    onSuccess: () => client.invalidateQueries({ queryKey: ["people"] }),
  });
  const camera = useCamera(video, source === "camera" && !guide.isComplete && !enrolling.isSuccess);

  const taken = source === "camera" ? photosOf(guide.capture).length : photos.photos.length;
  const enough = source === "camera" ? taken >= FEWEST_SHOTS : photos.ready;
  if (enrolling.data !== undefined) {
    return <EnrollResult enrolled={enrolling.data} onNext={onNext} />;
  }
  return (
    <Sides
      shown={
        <Stack>
          <SegmentedControl
            aria-label={t("source.name")}
            value={source}
            onChange={(chosen) => setSource(chosen)}
            data={(["camera", "photo"] as const).map((value) => ({
              value,
              label: t(`source.${value}`),
            }))}
          />
          {source === "camera" ? (
            <GuidedCapture
              video={video}
              camera={camera}
              guide={guide}
              started={started}
              onStart={() => setStarted(true)}
            />
          ) : (
            <PhotoGallery photos={photos} />
          )}
        </Stack>
      }
      said={
        <Card padding="xl">
          <Stack>
            <Title order={2} fz="lg">
              {t("enroll.person")}
            </Title>
            <PersonForm person={person} onChange={setPerson} />
            {enrolling.isError && <Rejection problem={asProblem(enrolling.error)} />}
            <Button
              size="md"
              disabled={!enough || person.userId.trim() === ""}
              loading={enrolling.isPending}
              onClick={() => enrolling.mutate()}
            >
              {taken === 0 ? t("mode.enroll") : t("enroll.submit", { count: taken })}
            </Button>
            {source === "camera" && !enough && (
              <Text size="sm" c="dimmed">
                {t("enroll.fewest")}
              </Text>
            )}
          </Stack>
        </Card>
      }
    />
  );
}
