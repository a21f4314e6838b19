import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen } from "@testing-library/react";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { startSpeaking } from "@/lib/i18n/i18n";

import { DropZone } from "./DropZone";

const ADA = new File(["ada"], "ada.jpg", { type: "image/jpeg" });
const EVE = new File(["eve"], "eve.png", { type: "image/png" });
const NOTES = new File(["notes"], "notes.txt", { type: "text/plain" });

describe("a drop zone", () => {
  let taken: File[][];

  beforeAll(startSpeaking);
  beforeEach(() => {
    taken = [];
  });

  function drop(files: File[], several: boolean) {
    render(
      <MantineProvider>
        <DropZone several={several} onPhotos={(photos) => taken.push(photos)} />
      </MantineProvider>,
    );
    fireEvent.drop(screen.getByRole("button"), { dataTransfer: { files } });
  }

  it("takes the photos that are dropped on it and says what it left out", () => {
    drop([ADA, NOTES, EVE], true);
    expect(taken).toEqual([[ADA, EVE]]);
    expect(screen.getByRole("status")).toHaveTextContent("1 file");
  });

  it("takes one photo where one is asked for", () => {
    drop([ADA, EVE], false);
    expect(taken).toEqual([[ADA]]);
  });

  it("takes nothing that is no photo", () => {
    drop([NOTES], true);
    expect(taken).toEqual([]);
  });
});
