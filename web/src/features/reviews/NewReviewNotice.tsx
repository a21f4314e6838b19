import { Button, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { openReviews } from "@/lib/open-reviews";

import { isNews } from "./news";
import { type Review, whoOf } from "./review";

const SHOWN_FOR_MS = 15_000;

/** Tells on every page, by a toast, when somebody asks for a decision. */
export function NewReviewNotice() {
  const { t } = useTranslation("reviews");
  const navigate = useNavigate();
  const { data } = useQuery(openReviews);
  const known = useRef<Review | null | undefined>(undefined);
  useEffect(() => {
    if (data === undefined) return;
    const newest = data.reviews[0] ?? null;
    const before = known.current;
    known.current = newest ?? before ?? null;
    if (newest === null || !isNews(newest, before)) return;
    const id = newest.review_id;
    notifications.show({
      id,
      title: t("notice.title"),
      autoClose: SHOWN_FOR_MS,
      message: (
        <Stack gap="xs" align="flex-start">
          <Text size="sm">{t(`notice.${newest.kind}`, { who: whoOf(newest) })}</Text>
          <Button
            size="xs"
            variant="light"
            onClick={() => {
              notifications.hide(id);
              void navigate("/reviews");
            }}
          >
            {t("notice.look")}
          </Button>
        </Stack>
      ),
    });
  }, [data, navigate, t]);
  return null;
}
