/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.kafka;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.Errors;

/**
 * What the client's exceptions mean once it has given up by itself (Javadoc of {@code
 * org.apache.kafka.common.errors}). A time that ran out, a lost connection and whatever else may
 * have reached the log is in doubt.
 */
final class KafkaErrors {

  /** What becomes of the message. */
  enum Action {
    /** The same message will be refused again. */
    REJECTED,
    /** So will every other. */
    REFUSED,
    /** It is not in the log and may be sent again. */
    NOT_APPENDED,
    /** It may be in the log. */
    IN_DOUBT
  }

  private record Row(Class<? extends Exception> type, Action action) {}

  /** The first that fits. */
  private static final List<Row> TABLE =
      List.of(
          new Row(RecordTooLargeException.class, Action.REJECTED),
          new Row(RecordBatchTooLargeException.class, Action.REJECTED),
          new Row(SerializationException.class, Action.REJECTED),
          new Row(InvalidTimestampException.class, Action.REJECTED),
          new Row(InvalidRecordException.class, Action.REJECTED),
          new Row(PolicyViolationException.class, Action.REJECTED),
          new Row(AuthenticationException.class, Action.REFUSED),
          new Row(AuthorizationException.class, Action.REFUSED),
          new Row(InvalidTopicException.class, Action.REFUSED),
          new Row(UnknownTopicOrPartitionException.class, Action.REFUSED),
          new Row(InvalidConfigurationException.class, Action.REFUSED),
          new Row(UnsupportedVersionException.class, Action.REFUSED),
          new Row(NotEnoughReplicasException.class, Action.NOT_APPENDED),
          new Row(ThrottlingQuotaExceededException.class, Action.NOT_APPENDED),
          new Row(BufferExhaustedException.class, Action.NOT_APPENDED),
          new Row(Exception.class, Action.IN_DOUBT));

  private KafkaErrors() {}

  /** What a failure means for a message that may have been on its way. */
  static Action action(Throwable failure) {
    return TABLE.stream()
        .filter(row -> row.type().isInstance(failure))
        .map(Row::action)
        .findFirst()
        .orElse(Action.IN_DOUBT);
  }

  /** Kafka's own name of it, for example {@code TOPIC_AUTHORIZATION_FAILED}. */
  static String code(Throwable failure) {
    Errors error = Errors.forException(failure);
    boolean named = error != Errors.UNKNOWN_SERVER_ERROR && error != Errors.NONE;
    return named
        ? error.name()
        : failure
            .getClass()
            .getSimpleName()
            .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
            .toUpperCase(Locale.ROOT);
  }

  /** What lies behind the client's wrappers. */
  static Throwable root(Throwable failure) {
    Throwable at = failure;
    while (at.getCause() != null
        && (at.getClass() == KafkaException.class || at instanceof ExecutionException)) {
      at = at.getCause();
    }
    return at;
  }
}
