/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.kafka;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Redactor;
import io.backhaul.destination.kafka.KafkaErrors.Action;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Topics of Kafka. Each record is a message; {@code acks=all} and an idempotent producer, so that
 * what the client repeats by itself stands in the log once. A batch that the sender repeats stands
 * there again: whoever reads the topic by key, or compacted, sees no difference, and the header
 * {@value #BATCH_HEADER} tells who counts.
 *
 * <p>A record's id is its partition and offset, for example {@code 3-1042}.
 */
final class KafkaDestination implements Destination {

  static final String OP_HEADER = "backhaul-op";
  static final String BATCH_HEADER = "backhaul-batch";

  /** Names that begin with two underscores are Kafka's own. */
  private static final Pattern TOPIC = Pattern.compile("(?!__)(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");

  /** A message on its way, or what kept it from going. */
  private record Sending(Change change, Future<RecordMetadata> future) {}

  /** What became of one message. */
  private record Fate(Change change, Action action, String id, String code, String message) {}

  private final KafkaConfig config;
  private final Set<String> secrets;
  private final Capabilities capabilities;
  private final Set<String> topics = ConcurrentHashMap.newKeySet();
  private final Object opening = new Object();
  private volatile KafkaProducer<byte[], byte[]> producer;

  KafkaDestination(KafkaConfig config, Set<String> secrets) {
    this.config = config;
    this.secrets = Set.copyOf(secrets);
    this.capabilities =
        new Capabilities(
            EnumSet.allOf(Op.class),
            config.load().records(),
            config.load().bytes(),
            config.load().perSecond(),
            config.load().concurrency(),
            false,
            config.key() == null ? Set.of() : Set.copyOf(config.key().names()));
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  /** A topic that exists takes any field. */
  @Override
  public ObjectSchema describe(String object) {
    checkTopic(object);
    return ObjectSchema.open(object);
  }

  /** Asks which cluster this is ({@code DescribeCluster}). */
  @Override
  public Probe probe() {
    String cluster = ask(admin -> admin.describeCluster().clusterId());
    return new Probe("DescribeCluster of " + cluster, null, Duration.ZERO);
  }

  /** Asks the cluster something that changes nothing. */
  private <T> T ask(Function<Admin, KafkaFuture<T>> question) {
    Map<String, Object> properties = new HashMap<>(config.properties());
    properties.put("bootstrap.servers", String.join(",", config.servers()));
    properties.put("default.api.timeout.ms", (int) config.timeout().toMillis());
    properties.put("request.timeout.ms", (int) config.timeout().toMillis());
    config.judge();
    try (Admin admin = Admin.create(properties)) {
      return question.apply(admin).get(config.timeout().toMillis() + 1_000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw notSent(e, redactor(Set.of()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped();
    }
  }

  @Override
  public Delivery write(Batch batch) {
    capabilities.admit(batch);
    List<RecordResult> results = new ArrayList<>();
    List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
    List<Change> changes = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Change change : batch.changes()) {
      Optional<String> key = key(change);
      if (key.isEmpty()) {
        results.add(
            new RecordResult.Rejected(
                change.key(), "KEY_EMPTY", null, "the message's key has no value in the record"));
      } else if (batch.op() != Op.INSERT && !seen.add(key.get())) {
        results.add(
            new RecordResult.Rejected(
                change.key(),
                "DUPLICATE_ID",
                null,
                "another record of the same batch has the same message key"));
      } else {
        changes.add(change);
        messages.add(message(batch, change, key.get()));
      }
    }
    if (!messages.isEmpty()) {
      checkTopic(batch.object());
      results.addAll(results(batch.op(), changes, fates(send(changes, messages), batch)));
    }
    return Delivery.Settled.of(batch, results, 0, RateHint.NONE);
  }

  private Optional<String> key(Change change) {
    return config.key() == null
        ? Optional.of(change.key())
        : config.key().fill(ChangeFields.of(change));
  }

  private ProducerRecord<byte[], byte[]> message(Batch batch, Change change, String key) {
    byte[] value = null;
    if (change.op() != Op.DELETE) {
      String fields = change.fields();
      value =
          JsonBody.utf8(
              config.fieldsOnly()
                  ? fields
                  : "{\"key\":%s,\"op\":\"%s\",\"fields\":%s}"
                      .formatted(change.key(), change.op().wireName(), fields));
    }
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(batch.object(), JsonBody.utf8(key), value);
    message.headers().add(OP_HEADER, change.op().wireName().getBytes(StandardCharsets.UTF_8));
    message.headers().add(BATCH_HEADER, batch.id().getBytes(StandardCharsets.UTF_8));
    return message;
  }

  /** Hands messages over until one cannot be: then the rest cannot, either. */
  private List<Sending> send(List<Change> changes, List<ProducerRecord<byte[], byte[]>> messages) {
    List<Sending> sent = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      Future<RecordMetadata> future;
      try {
        future = producer().send(messages.get(i));
      } catch (InterruptException e) {
        Thread.currentThread().interrupt();
        throw interrupted();
      } catch (KafkaException | IllegalStateException e) {
        future = CompletableFuture.failedFuture(e);
      }
      sent.add(new Sending(changes.get(i), future));
      if (future.isDone() && fatal(future)) {
        break;
      }
    }
    return sent;
  }

  private static boolean fatal(Future<RecordMetadata> future) {
    try {
      future.get();
      return false;
    } catch (ExecutionException e) {
      return KafkaErrors.action(KafkaErrors.root(e)) != Action.REJECTED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    }
  }

  /** Waits for all; the client itself ends every message within its delivery timeout. */
  private List<Fate> fates(List<Sending> sent, Batch batch) {
    List<Fate> fates = new ArrayList<>();
    Redactor redactor = redactor(JsonBody.values(batch));
    long deadline = System.nanoTime() + config.timeout().plusSeconds(5).toNanos();
    for (Sending sending : sent) {
      try {
        RecordMetadata done =
            sending.future().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        String id = done.partition() + "-" + done.offset();
        fates.add(new Fate(sending.change(), null, id, null, null));
      } catch (ExecutionException e) {
        Throwable failure = KafkaErrors.root(e);
        fates.add(
            new Fate(
                sending.change(),
                KafkaErrors.action(failure),
                null,
                KafkaErrors.code(failure),
                redactor.redact(failure.getMessage())));
      } catch (TimeoutException e) {
        fates.add(
            new Fate(
                sending.change(),
                Action.IN_DOUBT,
                null,
                "TIMEOUT",
                "no acknowledgement within the timeout"));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw interrupted();
      }
    }
    return fates;
  }

  /**
   * A result for each record where some are in the log. Where none is, or where all may be sent
   * again without harm, the batch as a whole failed.
   */
  private static List<RecordResult> results(Op op, List<Change> changes, List<Fate> fates) {
    Optional<Fate> doubt = first(fates, Action.IN_DOUBT);
    boolean anyApplied = fates.stream().anyMatch(fate -> fate.action() == null);
    if (doubt.isPresent() && (op.idempotent() || !anyApplied)) {
      throw DestinationException.inDoubt(doubt.get().code(), 0, words(doubt.get()));
    }
    Optional<Fate> refused = first(fates, Action.REFUSED);
    Optional<Fate> failed = first(fates, Action.NOT_APPENDED);
    if (refused.isPresent() && !anyApplied) {
      throw DestinationException.refused(refused.get().code(), 0, words(refused.get()));
    }
    if (failed.isPresent() && !anyApplied) {
      throw DestinationException.unavailable(
          failed.get().code(), 0, Duration.ZERO, words(failed.get()));
    }
    List<RecordResult> results = new ArrayList<>();
    fates.forEach(fate -> results.add(result(fate)));
    // The last that was handed over kept the rest from it.
    for (Change rest : changes.subList(fates.size(), changes.size())) {
      results.add(new RecordResult.Retry(rest.key(), fates.get(fates.size() - 1).code()));
    }
    return results;
  }

  private static RecordResult result(Fate fate) {
    String key = fate.change().key();
    if (fate.action() == null) {
      return new RecordResult.Applied(key, fate.id());
    }
    return switch (fate.action()) {
      case REJECTED -> new RecordResult.Rejected(key, fate.code(), null, fate.message());
      case REFUSED, NOT_APPENDED -> new RecordResult.Retry(key, fate.code());
      case IN_DOUBT -> new RecordResult.Unknown(key, words(fate));
    };
  }

  private static Optional<Fate> first(List<Fate> fates, Action action) {
    return fates.stream().filter(fate -> fate.action() == action).findFirst();
  }

  private static String words(Fate fate) {
    return fate.message() == null ? fate.code() : fate.message();
  }

  /**
   * Makes sure that the cluster answers and knows the topic, before anything is handed over.
   *
   * @throws DestinationException (refused, unavailable) otherwise
   */
  private void checkTopic(String topic) {
    if (!TOPIC.matcher(topic).matches()) {
      throw DestinationException.refused("OBJECT_UNKNOWN", 0, "'" + topic + "' is no topic's name");
    }
    if (!topics.contains(topic)) {
      // The client itself would wait for a topic to appear, or have the cluster create it.
      ask(admin -> admin.describeTopics(Set.of(topic)).allTopicNames());
      topics.add(topic);
    }
    try {
      producer().partitionsFor(topic);
    } catch (InterruptException e) {
      Thread.currentThread().interrupt();
      throw stopped();
    } catch (KafkaException e) {
      topics.remove(topic);
      throw notSent(e, redactor(Set.of()));
    }
  }

  /** A failure before anything was handed over. */
  private static DestinationException notSent(Exception failure, Redactor redactor) {
    Throwable root = KafkaErrors.root(failure);
    if (root instanceof UnknownTopicOrPartitionException) {
      return DestinationException.refused(
          "OBJECT_UNKNOWN", 0, "there is no such topic: create it first");
    }
    String code = KafkaErrors.code(root);
    String message = redactor.redact(root.getMessage() == null ? code : root.getMessage());
    return KafkaErrors.action(root) == Action.REFUSED
        ? DestinationException.refused(code, 0, message)
        : DestinationException.unavailable(code, 0, Duration.ZERO, message);
  }

  private static DestinationException stopped() {
    return DestinationException.unavailable(
        "INTERRUPTED", 0, Duration.ZERO, "the task was stopped before anything was sent");
  }

  private static DestinationException interrupted() {
    return DestinationException.inDoubt(
        "INTERRUPTED", 0, "the task was stopped while it waited for an answer");
  }

  private Redactor redactor(Set<String> values) {
    return Redactor.of(values).withSecrets(secrets);
  }

  private KafkaProducer<byte[], byte[]> producer() {
    KafkaProducer<byte[], byte[]> open = producer;
    if (open != null) {
      return open;
    }
    synchronized (opening) {
      if (producer == null) {
        config.judge();
        producer = opened();
      }
      return producer;
    }
  }

  private KafkaProducer<byte[], byte[]> opened() {
    int timeout = (int) Math.min(config.timeout().toMillis(), Integer.MAX_VALUE / 2);
    Map<String, Object> properties = new HashMap<>(config.properties());
    properties.put("bootstrap.servers", String.join(",", config.servers()));
    properties.put("acks", "all");
    properties.put("enable.idempotence", "true");
    int linger = Math.min(5, timeout / 4);
    properties.putIfAbsent("linger.ms", Integer.toString(linger));
    properties.put("request.timeout.ms", Integer.toString(Math.max(1, (timeout - linger) / 2)));
    properties.put("delivery.timeout.ms", Integer.toString(timeout));
    properties.put("max.block.ms", Integer.toString(timeout));
    try {
      return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw DestinationException.refused(
          "CLIENT_REFUSED",
          0,
          "Kafka's client does not start so: "
              + redactor(Set.of()).redact(String.valueOf(cause.getMessage())));
    }
  }

  @Override
  public void close() {
    synchronized (opening) {
      if (producer != null) {
        // Whoever waits for an acknowledgement has it, or has given up.
        producer.close(Duration.ofSeconds(5));
      }
    }
  }
}
