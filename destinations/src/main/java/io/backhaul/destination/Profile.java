/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a type of destination does beside its {@link Capabilities}, for people who choose one: the
 * table of connectors is printed from it, and the contract test checks what can be checked.
 *
 * @param title the vendor's name, for example {@code Salesforce}
 * @param objects what can be written to
 * @param resultsPerRecord whether the destination tells what became of each record
 * @param returnsIds whether it gives its own id of a record back
 * @param asynchronous whether it may take a batch as a job whose results come later
 * @param describes whether it can be asked what fields an object has
 * @param probes whether {@link Destination#probe} asks anything
 * @param deletes what a delete does, in one sentence; empty where nothing can be deleted
 * @param nulls what a null does to a field, in one sentence
 */
public record Profile(
    String title,
    List<Target> objects,
    boolean resultsPerRecord,
    boolean returnsIds,
    boolean asynchronous,
    boolean describes,
    boolean probes,
    String deletes,
    String nulls) {

  /**
   * A kind of object.
   *
   * @param name as it is written under {@code object:}; a part in angle brackets stands for a name
   *     of the user's, for example {@code lists/<id>}
   * @param ops what can be done with its records
   * @param maxRecords most records in one request
   * @param note a sentence for the reader, or empty
   */
  public record Target(String name, Set<Op> ops, int maxRecords, String note) {
    public Target {
      Objects.requireNonNull(name, "name");
      ops = Set.copyOf(ops);
      Objects.requireNonNull(note, "note");
    }
  }

  public Profile {
    Objects.requireNonNull(title, "title");
    objects = List.copyOf(objects);
    Objects.requireNonNull(deletes, "deletes");
    Objects.requireNonNull(nulls, "nulls");
  }
}
