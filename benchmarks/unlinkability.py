"""Whether templates of two galleries can be told to be one person's (ISO/IEC 24745).

Every gallery rotates its templates by a secret of its own. Here a thief has the templates of two
galleries, decrypted, but neither secret, and tries to link people across them: a pair of templates
by itself, and with both galleries as a whole.

D_sys is the measure of M. Gomez-Barrero et al., General Framework to Evaluate Unlinkability in
Biometric Template Protection Systems, IEEE TIFS 13(6), 2018: 0 where a score tells nothing, 1
where every pair is told apart. Next to it the area under the ROC curve (0.5 is chance) and rank 1:
how often the person is the first of all people of the other gallery.

python -m benchmarks.unlinkability ../shared/data/lfw_dev --data-dir DIR --cache FILE.npz
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.optimize

from benchmarks.measure import Json, Surroundings, argument_parser, finish, show_table
from mien.bootstrap.recognition import choose, load_pipeline
from mien.core.matching import Matcher
from mien.core.template import EmbeddingContract, normalize
from mien.core.transform import SECRET_BYTES, GalleryTransform
from mien.evaluation.embed_photos import embed_photos
from mien.evaluation.lfw import read_protocol
from mien.inference.assembly import contract_of
from mien.inference.weights import WeightStore
from mien.settings import Settings

Floats = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float64]
Compare = Callable[[Floats, Floats], Scores]
"""Returns the scores of every first with every second template, [n, m]."""

_BINS = 100
_SEED = 1
_GALLERIES = 3
_AXES = (8, 12, 16, 24, 32, 48, 64)
_TURNS = 4
_SIZES = (100, 200, 400, 500, 600, 700)
_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Faces:
    """Two photos each of many people, embedded, float32 [people, dimension]."""

    first: Floats
    second: Floats
    contract: EmbeddingContract

    @property
    def dimensions(self) -> list[int]:
        """Of the parts of an embedding."""
        return [part.dimension for part in self.contract.parts]


@dataclass(frozen=True, slots=True)
class Linkage:
    """What a score tells. scores: [people, people]; genuine ones on the diagonal."""

    auc: float
    d_sys: float
    rank_1: float


def read_faces(protocol_dir: Path, settings: Settings, cache: Path | None) -> Faces:
    """Embed the photos, or take them from the cache; keep two of everybody who has two."""
    contract = contract_of(
        choose(settings).pack, WeightStore.of(settings.data_dir).sources.trusted_sha256
    )
    return _pick_two(*embed(protocol_dir, settings, cache), contract)


def embed(
    protocol_dir: Path, settings: Settings, cache: Path | None
) -> tuple[Floats, npt.NDArray[np.int32]]:
    """Return the embeddings of all photos with a face, and whose they are, a number each."""
    choice = choose(settings)
    contract = contract_of(choice.pack, WeightStore.of(settings.data_dir).sources.trusted_sha256)
    if cache is not None and cache.exists():
        with np.load(cache, allow_pickle=False) as stored:
            if str(stored["contract"]) != contract.digest:
                raise SystemExit(f"{cache} was made by another pack: remove it")
            return stored["embeddings"], stored["people"]
    pipeline = load_pipeline(settings, choice, threads=1)

    def show(done: int, total: int) -> None:
        print(f"\rembedding {done}/{total}", end="", file=sys.stderr)

    photos = embed_photos(
        read_protocol(protocol_dir),
        pipeline,
        Matcher(contract.parts),
        threads=settings.workers,
        progress=show,
    )
    print(file=sys.stderr)
    if cache is not None:
        np.savez(
            cache,
            embeddings=photos.embeddings,
            people=photos.people,
            contract=np.array(contract.digest),
        )
    return photos.embeddings, photos.people


def _pick_two(
    embeddings: Floats, people: npt.NDArray[np.int32], contract: EmbeddingContract
) -> Faces:
    of_each = (np.flatnonzero(people == person) for person in np.unique(people))
    pairs = [rows[:2] for rows in of_each if len(rows) > 1]
    rows = np.array(pairs)
    return Faces(embeddings[rows[:, 0]], embeddings[rows[:, 1]], contract)


def attacks(faces: Faces) -> dict[str, Compare]:
    """Return how a thief may compare two templates without a secret; the first is mien's own."""
    matcher = Matcher(faces.contract.parts)
    ends = np.cumsum(faces.dimensions)[:-1]

    def parts(vectors: Floats) -> list[Floats]:
        return np.split(vectors, ends, axis=1)

    def cosine(first: Floats, second: Floats) -> Scores:
        return np.asarray(matcher.directions(first) @ matcher.directions(second).T, np.float64)

    def shape(first: Floats, second: Floats) -> Scores:
        """Compare what is left when it is not known which number belongs where."""
        one, other = (
            np.concatenate([np.sort(np.abs(normalize(part)), axis=1) for part in parts(vectors)], 1)
            for vectors in (first, second)
        )
        centered = [normalize(vectors - vectors.mean(axis=0)) for vectors in (one, other)]
        return np.asarray(centered[0] @ centered[1].T, np.float64)

    def lengths(first: Floats, second: Floats) -> Scores:
        """Compare how long the parts are: a rotation keeps it."""
        one, other = (matcher.strengths(vectors).astype(np.float64) for vectors in (first, second))
        spread = np.concatenate([one, other]).std(axis=0)
        return np.asarray(-(((one[:, None] - other[None]) / spread) ** 2).sum(axis=-1))

    def aligned(first: Floats, second: Floats) -> Scores:
        """Turn one gallery onto the other; the lengths help to begin with."""
        by_length = lengths(first, second)
        return align(list(zip(parts(first), parts(second), strict=True)), by_length)

    return {
        "cosine, as mien does": cosine,
        "sorted absolute values": shape,
        "lengths of the parts": lengths,
        "galleries aligned": aligned,
    }


def align(parts: Sequence[tuple[Floats, Floats]], by_length: Scores) -> Scores:
    """Find the rotation between two whole galleries, of nothing but their templates.

    A rotation takes the principal axes of one to those of the other, but for signs, which the
    skewness along an axis tells. Then in turns people are assigned and the rotation fitted to them
    (Procrustes), on few axes first, which all photos of a person share best.
    """
    ours = [(_on_axes(one), _on_axes(other)) for one, other in parts]
    scores = sum(_cosines(a[:, : _AXES[0]], b[:, : _AXES[0]]) for a, b in ours) + 0.2 * by_length
    for axes in _AXES:
        for _ in range(_TURNS):
            rows, columns = scipy.optimize.linear_sum_assignment(-scores)
            scores = 0.1 * by_length
            for a, b in ours:
                one, other = a[:, :axes], b[:, :axes]
                u, _, vt = np.linalg.svd(other[columns].T @ one[rows])
                scores = scores + _cosines(one, other @ (u @ vt))
    return np.asarray(scores)


def _on_axes(vectors: Floats) -> Scores:
    """Return unit vectors about their mean, in their own principal axes, the widest first."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float64)
    centered = unit - unit.mean(axis=0)
    axes = np.linalg.eigh(centered.T @ centered)[1][:, ::-1]
    turned = centered @ axes
    return np.asarray(turned * np.sign((turned**3).mean(axis=0)))


def _cosines(first: Scores, second: Scores) -> Scores:
    one, other = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (first, second))
    return np.asarray(one @ other.T)


def measure(scores: Scores) -> Linkage:
    """Return what scores tell."""
    genuine = np.diag(scores)
    impostor = scores[~np.eye(len(scores), dtype=bool)]
    ordered = np.sort(impostor)
    below = np.searchsorted(ordered, genuine, "left")
    upto = np.searchsorted(ordered, genuine, "right")
    auc = float(((below + upto) / 2 / len(ordered)).mean())
    rank_1 = float((scores.argmax(axis=1) == np.arange(len(scores))).mean())
    return Linkage(auc, d_sys(genuine, impostor), rank_1)


def d_sys(genuine: Scores, impostor: Scores) -> float:
    """Return the global linkability, with equal priors (omega = 1) and histograms of equal bins.

    Equations 5 to 7 of the paper: D(s) = 2 LR/(1 + LR) - 1 where LR(s) > 1, else 0, averaged over
    the genuine scores. The bins hold equally many impostors, so that a score is measured by what
    it tells and not by its scale.
    """
    inner = np.quantile(impostor, np.linspace(0, 1, _bins(len(genuine)) + 1)[1:-1])
    edges = np.concatenate([[-np.inf], np.unique(inner), [np.inf]])
    of_genuine = np.histogram(genuine, edges)[0] / len(genuine)
    of_impostor = np.histogram(impostor, edges)[0] / len(impostor)
    both = of_genuine + of_impostor
    linked = np.where(of_genuine > of_impostor, 2 * of_genuine / np.maximum(both, 1e-300) - 1, 0)
    return float((linked * of_genuine).sum())


def _bins(genuine: int) -> int:
    """Return so many bins that each would hold at least 30 of the genuine, were they no other."""
    return max(2, min(_BINS, genuine // 30))


def floor_of_d_sys(people: int) -> float:
    """Return the D_sys that scores which tell nothing seem to have, with so few people."""
    rng = np.random.default_rng(_SEED)
    scores = [
        d_sys(rng.standard_normal(people), rng.standard_normal(people * 50))
        for _ in range(_RESAMPLES)
    ]
    return float(np.quantile(scores, 0.95))


def in_one_gallery(faces: Faces, attack: Compare) -> Linkage:
    """Compare people's two photos, both in one rotation."""
    rotate = _gallery(faces, 0).apply
    return measure(attack(rotate(faces.first), rotate(faces.second)))


def across_galleries(faces: Faces, attack: Compare, *, same_photo: bool) -> Linkage:
    """Compare templates of two galleries, the mean of several pairs of secrets.

    same_photo: whether the very same photo was enrolled in both, which is a thief's best case.
    """
    other = faces.first if same_photo else faces.second
    found = [
        measure(
            attack(
                _gallery(faces, 2 * pair).apply(faces.first),
                _gallery(faces, 2 * pair + 1).apply(other),
            )
        )
        for pair in range(_GALLERIES)
    ]
    return Linkage(
        float(np.mean([each.auc for each in found])),
        float(np.mean([each.d_sys for each in found])),
        float(np.mean([each.rank_1 for each in found])),
    )


def by_gallery_size(faces: Faces, attack: Compare) -> dict[int, Linkage]:
    """Attack two galleries of fewer people, photos of different days, in no common order."""
    rng = np.random.default_rng(_SEED)
    found = {}
    for size in (*_SIZES, len(faces.first)):
        people = rng.permutation(len(faces.first))[:size]
        other = rng.permutation(size)
        scores = attack(
            _gallery(faces, 0).apply(faces.first[people]),
            _gallery(faces, 1).apply(faces.second[people[other]]),
        )
        found[size] = measure(scores[:, np.argsort(other)])
    return found


def largest_change(faces: Faces) -> float:
    """Return by how much a rotation changes any similarity in a gallery, at most."""
    matcher, transform = Matcher(faces.contract.parts), _gallery(faces, 0)

    def scores(one: Floats, other: Floats) -> Floats:
        gists = [matcher.summarize(samples[:, None]) for samples in (one, other)]
        return matcher.compare_all(*gists)

    before = scores(faces.first, faces.second)
    after = scores(transform.apply(faces.first), transform.apply(faces.second))
    return float(np.abs(after - before).max())


def _gallery(faces: Faces, number: int) -> GalleryTransform:
    secret = np.random.default_rng(_SEED + number).bytes(SECRET_BYTES)
    return GalleryTransform(secret, faces.dimensions)


def main() -> None:
    """Embed, compare, print the table."""
    parser = argument_parser("Linkage of templates across galleries.")
    parser.add_argument("protocol", type=Path, help="photos in the layout of LFW")
    parser.add_argument("--data-dir", type=Path, required=True, help="where the models are")
    parser.add_argument("--pack", default="standard")
    parser.add_argument("--cache", type=Path, help="where the embeddings are kept, an .npz")
    options = parser.parse_args()
    surroundings = Surroundings()
    settings = Settings(data_dir=options.data_dir, pack=options.pack)
    faces = read_faces(options.protocol, settings, options.cache)
    found: dict[str, Mapping[str, Linkage]] = {
        name: {
            "one gallery": in_one_gallery(faces, attack),
            "two galleries": across_galleries(faces, attack, same_photo=False),
            "two, same photo": across_galleries(faces, attack, same_photo=True),
        }
        for name, attack in attacks(faces).items()
    }
    show_table(
        f"{options.pack}, {len(faces.first)} people: AUC / D_sys / rank 1",
        ["compared by", *next(iter(found.values()))],
        [
            [name, *(f"{x.auc:.3f} / {x.d_sys:.3f} / {x.rank_1:.2%}" for x in linkage.values())]
            for name, linkage in found.items()
        ],
    )
    sizes = by_gallery_size(faces, attacks(faces)["galleries aligned"])
    show_table(
        "Galleries aligned, by how many people are in both",
        ["people", *map(str, sizes)],
        [
            ["AUC", *(f"{x.auc:.3f}" for x in sizes.values())],
            ["D_sys", *(f"{x.d_sys:.3f}" for x in sizes.values())],
            ["rank 1", *(f"{x.rank_1:.1%}" for x in sizes.values())],
        ],
    )
    floor, change = floor_of_d_sys(len(faces.first)), largest_change(faces)
    print(
        f"chance: AUC 0.5, D_sys up to {floor:.3f} (95 % of scores that tell nothing), rank 1 "
        f"{1 / len(faces.first):.2%}; largest change of a similarity by the rotation: {change:.1e}"
    )
    report: Json = {
        "pack": options.pack,
        "people": len(faces.first),
        "d_sys_of_chance_p95": floor,
        "largest_change": change,
        "linkage": {
            name: {where: asdict(each) for where, each in linkage.items()}
            for name, linkage in found.items()
        },
        "galleries_aligned_by_size": {str(size): asdict(each) for size, each in sizes.items()},
    }
    finish("unlinkability", report, surroundings=surroundings, packages=(), json_file=options.json)


if __name__ == "__main__":
    main()
