import type { Detection, FoundFace } from "../api/detect-faces";

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const JPEG_QUALITY = 0.92;
const COVER = "#808080";

/** What is sent of a photo: a face with at least its own size around it, as far as there is any. */
export function cropAround(face: FoundFace["box"], photo: Size): Rectangle {
  const across = face.right - face.left;
  const down = face.bottom - face.top;
  const left = Math.max(0, Math.floor(face.left - across));
  const top = Math.max(0, Math.floor(face.top - down));
  return {
    left,
    top,
    width: Math.min(photo.width, Math.ceil(face.right + across)) - left,
    height: Math.min(photo.height, Math.ceil(face.bottom + down)) - top,
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Cut one face out of a photo, and cover the others.
 *
 * Who stands beside the person did not agree to anything, and the server would not know whom to
 * take. The boxes may be of a smaller copy of the photo.
 */
export async function cropFace(photo: Blob, found: Detection, chosen: FoundFace): Promise<Blob> {
  const picture = await createImageBitmap(photo);
  const scale = picture.width / found.width;
  const crop = scaled(cropAround(chosen.box, found), scale);
  const canvas = new OffscreenCanvas(Math.round(crop.width), Math.round(crop.height));
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser cannot cut pictures");
  context.translate(-crop.left, -crop.top);
  context.drawImage(picture, 0, 0);
  context.fillStyle = COVER;
  for (const face of found.faces.filter((each) => each !== chosen)) {
    const { left, top, width, height } = scaled(rectangleOf(face.box), scale);
    context.fillRect(left, top, width, height);
  }
  const { left, top, width, height } = scaled(rectangleOf(chosen.box), scale);
  context.drawImage(picture, left, top, width, height, left, top, width, height);
  picture.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: JPEG_QUALITY });
}

export function rectangleOf(box: FoundFace["box"]): Rectangle {
  return {
    left: box.left,
    top: box.top,
    width: box.right - box.left,
    height: box.bottom - box.top,
  };
}

function scaled(area: Rectangle, scale: number): Rectangle {
  return {
    left: area.left * scale,
    top: area.top * scale,
    width: area.width * scale,
    height: area.height * scale,
  };
}
