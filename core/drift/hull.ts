// Convex hulls of constraints on a clock's offset, kept as readings come in (protocol notes: set
// membership after Berthaud 2000 and Zhang, Liu, Xia 2002). A reading says that the offset line
// runs above one point and below another; only points on a hull can ever decide anything.

/**
 * The upper hull of points in time order: those that a line running above all points can touch.
 * For points that a line must run below, negate the values.
 *
 * With a bound on its vertices the flattest one gives way: the hull then says a little less than
 * the points did, never more. What it says stays true.
 */
export class UpperHull {
  /**
   * Vertex times, seconds, strictly increasing; valid up to `length`. Plain arrays: a verifier
   * copies a tracker for each login, and small typed arrays cost ten times as much to make.
   */
  readonly times: number[] = [];
  /** Vertex values, seconds. */
  readonly values: number[] = [];
  length = 0;
  readonly #maxVertices: number;

  /** @throws {RangeError} when `maxVertices` is below 3 */
  constructor(maxVertices: number = Number.POSITIVE_INFINITY) {
    if (!(maxVertices >= 3)) throw new RangeError(`maxVertices must be 3 or more: ${maxVertices}`);
    this.#maxVertices = maxVertices;
  }

  /** Adds a point; amortised O(1) at or behind the last vertex, O(vertices) before it. */
  add(time: number, value: number): void {
    const last = this.length - 1;
    if (last < 0 || time >= (this.times[last] as number)) this.#append(time, value);
    else this.#insert(time, value);
    if (this.length > this.#maxVertices) this.#thin();
  }

  /** Drops vertices before `time` but keeps the last `keep` ones. Whether any was dropped. */
  forgetBefore(time: number, keep: number): boolean {
    let count = 0;
    while (count < this.length - keep && (this.times[count] as number) < time) count++;
    if (count === 0) return false;
    this.times.copyWithin(0, count, this.length);
    this.values.copyWithin(0, count, this.length);
    this.length -= count;
    return true;
  }

  clear(): void {
    this.length = 0;
  }

  /** Makes this a copy of `other`; both keep their own bound, which must be the same. */
  copyFrom(other: UpperHull): void {
    const { times, values, length } = other;
    for (let at = 0; at < length; at++) {
      this.times[at] = times[at] as number;
      this.values[at] = values[at] as number;
    }
    this.length = length;
  }

  #append(time: number, value: number): void {
    let { length } = this;
    const { times, values } = this;
    if (length > 0 && (times[length - 1] as number) === time) {
      if ((values[length - 1] as number) >= value) return;
      length--;
    }
    while (length >= 2) {
      const t0 = times[length - 2] as number;
      const v0 = values[length - 2] as number;
      const run = (times[length - 1] as number) - t0;
      const rise = (values[length - 1] as number) - v0;
      // Keeps a vertex that lies above the line from the one before it to the new point.
      if (rise * (time - t0) > (value - v0) * run) break;
      length--;
    }
    times[length] = time;
    values[length] = value;
    this.length = length + 1;
  }

  /** A point that comes late: the vertices behind it are added again. */
  #insert(time: number, value: number): void {
    let at = this.length;
    while (at > 0 && (this.times[at - 1] as number) > time) at--;
    const laterTimes = this.times.slice(at, this.length);
    const laterValues = this.values.slice(at, this.length);
    this.length = at;
    this.#append(time, value);
    for (let index = 0; index < laterTimes.length; index++) {
      this.#append(laterTimes[index] as number, laterValues[index] as number);
    }
  }

  /** Removes the inner vertex that stands out least over its neighbours. */
  #thin(): void {
    const { times, values, length } = this;
    let flattest = 1;
    let least = Number.POSITIVE_INFINITY;
    for (let at = 1; at < length - 1; at++) {
      const t0 = times[at - 1] as number;
      const v0 = values[at - 1] as number;
      const run = (times[at + 1] as number) - t0;
      const chord = v0 + (((values[at + 1] as number) - v0) * ((times[at] as number) - t0)) / run;
      const height = (values[at] as number) - chord;
      if (height < least) {
        least = height;
        flattest = at;
      }
    }
    times.copyWithin(flattest, flattest + 1, length);
    values.copyWithin(flattest, flattest + 1, length);
    this.length = length - 1;
  }
}
