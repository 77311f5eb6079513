/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.testkit.Cable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaDestinationTest {

  private static final AtomicInteger TOPICS = new AtomicInteger();

  private static Broker broker;

  private Destination destination;
  private String topic;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    broker = new Broker(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    broker.close();
  }

  @BeforeEach
  void topic() {
    topic = "people-" + TOPICS.incrementAndGet();
    broker.create(topic, 3, Map.of());
    destination = open(properties(broker.server()));
  }

  @AfterEach
  void close() {
    destination.close();
  }

  private static ObjectNode properties(String server) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode().put("timeout", 5_000);
    properties.putArray("bootstrap_servers").add(server);
    return properties;
  }

  private static Destination open(ObjectNode properties) {
    return new KafkaProvider()
        .open(
            new DestinationConfig("acme", "bus", "kafka", properties, Set.of()),
            DeliveryContext.system());
  }

  private static Change change(Op op, int id, String fields) {
    return new Change("{\"id\":" + id + "}", op, fields, null, id, "");
  }

  private Batch batch(Change... changes) {
    return new Batch("batch-" + Arrays.hashCode(changes), topic, changes[0].op(), List.of(changes));
  }

  private static List<RecordResult> write(Destination destination, Batch batch) {
    return ((Delivery.Settled) destination.write(batch)).results();
  }

  private static DestinationException failure(Destination destination, Batch batch) {
    return catchThrowableOfType(DestinationException.class, () -> destination.write(batch));
  }

  private static String header(ConsumerRecord<String, String> message, String name) {
    return new String(message.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @Tag("platform")
  @Test
  void everyRecordIsAMessageUnderItsKeyAndToldByPartitionAndOffset() {
    Batch batch =
        batch(
            change(Op.UPSERT, 1, "{\"name\":\"Ann\",\"age\":null}"),
            change(Op.UPSERT, 2, "{\"name\":\"Bob\"}"));
    List<RecordResult> results = write(destination, batch);

    Map<String, ConsumerRecord<String, String>> byKey = new HashMap<>();
    broker.read(topic).forEach(message -> byKey.put(message.key(), message));
    assertThat(byKey).containsOnlyKeys("{\"id\":1}", "{\"id\":2}");
    ConsumerRecord<String, String> first = byKey.get("{\"id\":1}");
    assertThat(first.value())
        .isEqualTo(
            "{\"key\":{\"id\":1},\"op\":\"upsert\",\"fields\":{\"name\":\"Ann\",\"age\":null}}");
    assertThat(header(first, KafkaDestination.OP_HEADER)).isEqualTo("upsert");
    assertThat(header(first, KafkaDestination.BATCH_HEADER)).isEqualTo(batch.id());
    assertThat(results.get(0))
        .isEqualTo(
            new RecordResult.Applied("{\"id\":1}", first.partition() + "-" + first.offset()));
  }

  @Test
  void aDeleteIsATombstoneOfTheSamePartition() {
    write(destination, batch(change(Op.UPSERT, 1, "{\"name\":\"Ann\"}")));
    write(destination, batch(change(Op.DELETE, 1, null)));

    List<ConsumerRecord<String, String>> messages = broker.read(topic);
    assertThat(messages).hasSize(2);
    assertThat(messages.get(1).partition()).isEqualTo(messages.get(0).partition());
    assertThat(messages.get(1).value()).isNull();
    assertThat(header(messages.get(1), KafkaDestination.OP_HEADER)).isEqualTo("delete");
  }

  @Test
  void keyAndValueAreWordedAsTheFileSays() {
    ObjectNode properties = properties(broker.server());
    properties.put("key", "person-{id}-{email}").put("value", "fields");
    try (Destination worded = open(properties)) {
      List<RecordResult> results =
          write(
              worded,
              batch(
                  change(Op.UPSERT, 1, "{\"email\":\"a@example.com\"}"),
                  change(Op.UPSERT, 2, "{\"email\":\"\"}"),
                  change(Op.UPSERT, 3, "{\"id\":1,\"email\":\"a@example.com\"}")));
      assertThat(results.get(0)).isInstanceOf(RecordResult.Applied.class);
      assertThat(((RecordResult.Rejected) results.get(1)).code()).isEqualTo("KEY_EMPTY");
      assertThat(((RecordResult.Rejected) results.get(2)).code()).isEqualTo("DUPLICATE_ID");
      assertThat(worded.capabilities().identityFields()).containsExactlyInAnyOrder("id", "email");
    }
    assertThat(broker.read(topic))
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.key()).isEqualTo("person-1-a@example.com");
              assertThat(message.value()).isEqualTo("{\"email\":\"a@example.com\"}");
            });
  }

  @Tag("fault-39")
  @Test
  void valuesArriveExactly() {
    List<String> texts =
        List.of("", " ", "null", "a\tb\nc\\\"", "\u0000\u001f", "émoji 😀 ﷽", "{\"key\":1}]");
    List<Change> changes = new ArrayList<>();
    for (String text : texts) {
      ObjectNode fields = JsonNodeFactory.instance.objectNode().put("text", text);
      changes.add(change(Op.UPSERT, changes.size(), fields.toString()));
    }
    changes.add(
        change(
            Op.UPSERT,
            100,
            "{\"big\":9007199254740993,\"exact\":12345678901234567890.1234567890,\"no\":null}"));
    write(destination, batch(changes.toArray(Change[]::new)));

    Map<String, JsonNode> fields = new HashMap<>();
    broker
        .read(topic)
        .forEach(each -> fields.put(each.key(), JsonBody.parse(each.value()).path("fields")));
    for (int i = 0; i < texts.size(); i++) {
      assertThat(fields.get("{\"id\":" + i + "}").path("text").asText()).isEqualTo(texts.get(i));
    }
    assertThat(fields.get("{\"id\":100}").toString())
        .isEqualTo(
            "{\"big\":9007199254740993,\"exact\":12345678901234567890.1234567890,\"no\":null}");
    assertThat(
            failure(destination, batch(change(Op.UPSERT, 1, "{\"text\":\"half \ud83d\"}"))).kind())
        .isEqualTo(Kind.POISONED);
  }

  @Tag("fault-9")
  @Tag("fault-16")
  @Test
  void aMessageThatIsTooLargeIsRejectedByItself() {
    String large = "{\"text\":\"" + "x".repeat(2 << 20) + "\"}";
    List<RecordResult> results =
        write(
            destination,
            batch(
                change(Op.UPSERT, 1, "{}"),
                change(Op.UPSERT, 2, large),
                change(Op.UPSERT, 3, "{}")));
    assertThat(results.get(0)).isInstanceOf(RecordResult.Applied.class);
    assertThat(((RecordResult.Rejected) results.get(1)).code()).isEqualTo("MESSAGE_TOO_LARGE");
    assertThat(results.get(2)).isInstanceOf(RecordResult.Applied.class);
    assertThat(broker.read(topic)).hasSize(2);

    String strict = topic + "-strict";
    broker.create(strict, 1, Map.of("max.message.bytes", "1000"));
    Change notSoLarge = change(Op.UPSERT, 2, "{\"text\":\"" + "x".repeat(5_000) + "\"}");
    Batch one = new Batch("b", strict, Op.UPSERT, List.of(notSoLarge));
    assertThat(((RecordResult.Rejected) write(destination, one).get(0)).code())
        .isEqualTo("MESSAGE_TOO_LARGE");
  }

  @Tag("fault-1")
  @Test
  void whereNobodyListensNothingIsSentAndTheNextRunMayTry() {
    try (Destination nobody = open(properties("localhost:1").put("timeout", 500))) {
      DestinationException failure = failure(nobody, batch(change(Op.INSERT, 1, "{}")));
      assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(failure.code()).isEqualTo("REQUEST_TIMED_OUT");
      assertThat(catchThrowableOfType(DestinationException.class, nobody::probe).kind())
          .isEqualTo(Kind.UNAVAILABLE);
    }
  }

  @Test
  void aTopicThatIsNotThereIsRefused() {
    try (Destination hasty = open(properties(broker.server()).put("timeout", 1_000))) {
      for (String name : List.of("no-such-topic", "__consumer_offsets", "a b", "..", "")) {
        Batch batch = new Batch("b", name, Op.UPSERT, List.of(change(Op.UPSERT, 1, "{}")));
        DestinationException failure = failure(hasty, batch);
        assertThat(failure.kind()).as(name).isEqualTo(Kind.REFUSED);
        assertThat(failure.code()).as(name).isEqualTo("OBJECT_UNKNOWN");
      }
      assertThat(hasty.describe(topic).closed()).isFalse();
    }
  }

  @Test
  void aWrongPasswordAndAMissingPermissionAreRefused() {
    ObjectNode properties = properties(broker.withLogin());
    properties
        .putObject("auth")
        .put("type", "plain")
        .put("username", "guest")
        .put("password", "wrong\"not-a-secret");
    try (Destination stranger = open(properties)) {
      DestinationException failure = failure(stranger, batch(change(Op.UPSERT, 1, "{}")));
      assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
      assertThat(failure.code()).isEqualTo("SASL_AUTHENTICATION_FAILED");
      assertThat(failure.getMessage()).doesNotContain("not-a-secret");
      assertThat(catchThrowableOfType(DestinationException.class, stranger::probe).code())
          .isEqualTo("SASL_AUTHENTICATION_FAILED");
    }
    ((ObjectNode) properties.get("auth")).put("password", "guest-not-a-secret");
    try (Destination guest = open(properties)) {
      DestinationException failure = failure(guest, batch(change(Op.UPSERT, 1, "{}")));
      assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
      assertThat(failure.code()).isEqualTo("TOPIC_AUTHORIZATION_FAILED");
    }
    assertThat(broker.read(topic)).isEmpty();
  }

  @Test
  void probeNamesTheCluster() {
    assertThat(destination.probe().asked()).startsWith("DescribeCluster of ");
  }

  @Tag("fault-3")
  @Test
  void anAnswerThatIsLostIsFetchedByTheClientItselfAndTheMessageStandsThereOnce() {
    try (Destination cabled = open(properties(broker.cabled()))) {
      write(cabled, batch(change(Op.INSERT, 1, "{\"n\":\"first\"}")));
      broker.cable.cutAt("find-me-here", Cable.Cut.AFTER, false);
      assertThat(write(cabled, batch(change(Op.INSERT, 2, "{\"n\":\"find-me-here\"}"))).get(0))
          .isInstanceOf(RecordResult.Applied.class);
    }
    assertThat(broker.read(topic)).hasSize(2);
  }

  @Tag("fault-3")
  @Test
  void anAnswerThatNeverComesLeavesTheBatchInDoubt() {
    try (Destination cabled = open(properties(broker.cabled()).put("timeout", 2_000))) {
      write(cabled, batch(change(Op.INSERT, 1, "{\"n\":\"first\"}")));
      broker.cable.cutAt("find-me-there", Cable.Cut.AFTER, true);
      DestinationException failure =
          failure(cabled, batch(change(Op.INSERT, 2, "{\"n\":\"find-me-there\"}")));
      assertThat(failure.kind()).isEqualTo(Kind.IN_DOUBT);
      assertThat(broker.read(topic)).hasSize(2);
    } finally {
      broker.cable.mend();
    }
  }

  @Test
  void replicasThatAreMissingAreWaitedForAndNothingCountsAsSent() {
    String lonely = topic + "-lonely";
    broker.create(lonely, 1, Map.of("min.insync.replicas", "2"));
    try (Destination hasty = open(properties(broker.server()).put("timeout", 1_000))) {
      Batch batch = new Batch("b", lonely, Op.UPSERT, List.of(change(Op.UPSERT, 1, "{}")));
      assertThat(failure(hasty, batch).retryable()).isTrue();
    }
    assertThat(broker.read(lonely)).isEmpty();
  }

  @Test
  void anInterruptLeavesTheBatchInDoubtAndIsPassedOn() {
    Thread.currentThread().interrupt();
    DestinationException failure = failure(destination, batch(change(Op.UPSERT, 1, "{}")));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure.code()).isEqualTo("INTERRUPTED");
  }

  @Test
  void severalBatchesInFlightAtOnceAreEachSentOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<List<RecordResult>>> writes = new ArrayList<>();
      for (int n = 0; n < 40; n++) {
        Batch batch =
            batch(
                IntStream.range(n * 100, n * 100 + 100)
                    .mapToObj(id -> change(Op.UPSERT, id, "{\"n\":1}"))
                    .toArray(Change[]::new));
        writes.add(() -> write(destination, batch));
      }
      for (Future<List<RecordResult>> written : threads.invokeAll(writes)) {
        assertThat(written.get()).hasSize(100).allMatch(RecordResult.Applied.class::isInstance);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(broker.read(topic))
        .hasSize(4_000)
        .extracting(ConsumerRecord::key)
        .doesNotHaveDuplicates();
  }
}
