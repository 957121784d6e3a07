// Alarms in the order they are due, first set first on a tie: a binary heap in which every entry
// knows its place, so that setting, firing and cancelling all take logarithmic time.

/** An alarm in a queue. */
export interface QueueEntry {
  /** When it is due, microseconds of the monotonic time of its clock. */
  readonly dueUs: number;
  /** Counts the alarms set on this queue: decides ties. */
  readonly order: number;
  readonly run: () => void;
}

interface Placed extends QueueEntry {
  /** Index in the heap; -1 once taken or removed. */
  place: number;
}

/** @see QueueEntry */
export class AlarmQueue {
  readonly #heap: Placed[] = [];
  #nextOrder = 0;

  /** Alarms in the queue. */
  get size(): number {
    return this.#heap.length;
  }

  /** The `order` that the next alarm will get. */
  get nextOrder(): number {
    return this.#nextOrder;
  }

  /** The entry due first; undefined when there is none. */
  get first(): QueueEntry | undefined {
    return this.#heap[0];
  }

  add(dueUs: number, run: () => void): QueueEntry {
    const entry: Placed = { dueUs, order: this.#nextOrder++, run, place: this.#heap.length };
    this.#heap.push(entry);
    this.#rise(entry);
    return entry;
  }

  /** Takes an entry of this queue off it; no effect when it is not on it any more. */
  remove(entry: QueueEntry): void {
    const { place } = entry as Placed;
    if (place < 0) return;
    (entry as Placed).place = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === entry) return;
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
  }

  #put(entry: Placed, place: number): void {
    this.#heap[place] = entry;
    entry.place = place;
  }

  #rise(entry: Placed): void {
    while (entry.place > 0) {
      const place = entry.place;
      const parentPlace = (place - 1) >>> 1;
      const parent = this.#heap[parentPlace];
      if (parent === undefined || !isBefore(entry, parent)) return;
      this.#put(parent, place);
      this.#put(entry, parentPlace);
    }
  }

  #sink(entry: Placed): void {
    for (;;) {
      const place = entry.place;
      const left = this.#heap[2 * place + 1];
      const right = this.#heap[2 * place + 2];
      const child =
        left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || !isBefore(child, entry)) return;
      const childPlace = child.place;
      this.#put(child, place);
      this.#put(entry, childPlace);
    }
  }
}

function isBefore(a: QueueEntry, b: QueueEntry): boolean {
  return a.dueUs < b.dueUs || (a.dueUs === b.dueUs && a.order < b.order);
}
