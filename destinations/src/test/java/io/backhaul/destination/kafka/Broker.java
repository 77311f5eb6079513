/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.kafka;

import io.backhaul.destination.testkit.Cable;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Time;
import scala.Option;

/**
 * A real broker in this JVM, its own controller, with three listeners: a plain one, one behind a
 * {@link Cable}, and one that wants a login.
 */
final class Broker implements Closeable {

  private final KafkaRaftServer server;
  private final int plain;
  private final int login;
  final Cable cable;

  Broker(Path folder) throws IOException {
    plain = freePort();
    login = freePort();
    int behind = freePort();
    int controller = freePort();
    cable = new Cable(behind);
    Properties properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.quorum.voters", "1@localhost:" + controller);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("inter.broker.listener.name", "PLAINTEXT");
    properties.put(
        "listeners",
        "PLAINTEXT://localhost:%d,CABLE://localhost:%d,LOGIN://localhost:%d,CONTROLLER://localhost:%d"
            .formatted(plain, behind, login, controller));
    properties.put(
        "advertised.listeners",
        "PLAINTEXT://localhost:%d,CABLE://localhost:%d,LOGIN://localhost:%d"
            .formatted(plain, cable.port(), login));
    properties.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CABLE:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_PLAINTEXT");
    properties.put("sasl.enabled.mechanisms", "PLAIN");
    properties.put(
        "listener.name.login.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " user_guest=\"guest-not-a-secret\";");
    properties.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    properties.put("super.users", "User:ANONYMOUS");
    properties.put("log.dirs", folder.toString());
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("auto.create.topics.enable", "false");
    properties.put("log.cleaner.enable", "false");
    properties.put("group.initial.rebalance.delay.ms", "0");
    // what Kafka's tool writes to an empty folder; the tool itself is another one in each release
    Files.writeString(
        folder.resolve("meta.properties"),
        "version=1\nnode.id=1\ncluster.id=" + Uuid.randomUuid() + "\n");
    server = server(KafkaConfig.fromProps(properties));
    server.startup();
  }

  /** Kafka 3.4, beside Spark 3.5, wants a prefix for the names of threads; 3.9 does not. */
  private static KafkaRaftServer server(KafkaConfig config) {
    Constructor<?> constructor = KafkaRaftServer.class.getConstructors()[0];
    Object[] all = {config, Time.SYSTEM, Option.empty()};
    try {
      return (KafkaRaftServer)
          constructor.newInstance(Arrays.copyOf(all, constructor.getParameterCount()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  String server() {
    return "localhost:" + plain;
  }

  String cabled() {
    return "localhost:" + cable.port();
  }

  String withLogin() {
    return "localhost:" + login;
  }

  void create(String topic, int partitions, Map<String, String> configs) {
    try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", server()))) {
      admin
          .createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(configs)))
          .all()
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Everything in a topic, partition by partition. */
  List<ConsumerRecord<String, String>> read(String topic) {
    Map<String, Object> properties = Map.of("bootstrap.servers", server());
    List<ConsumerRecord<String, String>> all = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long end = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
      while (all.size() < end) {
        consumer.poll(Duration.ofSeconds(1)).forEach(all::add);
      }
    }
    return all;
  }

  @Override
  public void close() throws IOException {
    server.shutdown();
    server.awaitShutdown();
    cable.close();
  }
}
