/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.RecordResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A destination whose words can be kept: whatever it says of a record or a batch (code, field,
 * message) comes without its secrets and without the values of personal fields. What a connector
 * throws against its contract comes without any words, because they may quote what was sent.
 * Thread-safe if the destination is.
 */
public final class RedactedDestination implements Destination {

  private final Destination destination;
  private final FieldRedaction redaction;

  /**
   * @param personal destination fields whose values are personal
   * @param secrets what the destination was opened with and may repeat
   */
  public RedactedDestination(
      Destination destination, Set<String> personal, Collection<String> secrets) {
    this.destination = destination;
    this.redaction = new FieldRedaction(personal, secrets);
  }

  /** A connector broke its contract; says where, and nothing of what it said. */
  public static final class ConnectorFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ConnectorFailure(RuntimeException failure) {
      super(
          "the connector failed with "
              + failure.getClass().getName()
              + "; its words are withheld, because they may quote what was sent");
      setStackTrace(failure.getStackTrace());
    }
  }

  @Override
  public Capabilities capabilities() {
    return destination.capabilities();
  }

  @Override
  public ObjectSchema describe(String object) {
    return redacted(List.of(), () -> destination.describe(object));
  }

  @Override
  public Delivery write(Batch batch) {
    return redacted(batch.changes(), () -> settled(batch, destination.write(batch)));
  }

  @Override
  public Delivery resume(JobHandle job, Batch batch) {
    return redacted(batch.changes(), () -> settled(batch, destination.resume(job, batch)));
  }

  @Override
  public void close() {
    destination.close();
  }

  private <T> T redacted(List<Change> changes, Supplier<T> call) {
    try {
      return call.get();
    } catch (DestinationException e) {
      throw e.saying(
          name -> redaction.name(changes, name), words -> redaction.words(changes, words));
    } catch (RuntimeException e) {
      throw new ConnectorFailure(e);
    }
  }

  private Delivery settled(Batch batch, Delivery delivery) {
    if (!(delivery instanceof Delivery.Settled settled)
        || settled.results().stream().allMatch(RecordResult.Applied.class::isInstance)) {
      return delivery;
    }
    Map<String, Change> changes =
        batch.changes().stream().collect(Collectors.toMap(Change::key, Function.identity()));
    List<RecordResult> results = new ArrayList<>(settled.results().size());
    for (RecordResult result : settled.results()) {
      Change about = changes.get(result.key());
      results.add(result(about == null ? batch.changes() : List.of(about), result));
    }
    return new Delivery.Settled(results, settled.httpStatus(), settled.rateHint());
  }

  private RecordResult result(List<Change> about, RecordResult result) {
    if (result instanceof RecordResult.Rejected rejected) {
      return new RecordResult.Rejected(
          rejected.key(),
          redaction.name(about, rejected.code()),
          redaction.name(about, rejected.field()),
          redaction.words(about, rejected.message()));
    }
    if (result instanceof RecordResult.Retry retry) {
      return new RecordResult.Retry(retry.key(), redaction.name(about, retry.code()));
    }
    if (result instanceof RecordResult.Unknown unknown) {
      return new RecordResult.Unknown(unknown.key(), redaction.words(about, unknown.reason()));
    }
    return result;
  }
}
