/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.kafka;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Op;
import io.backhaul.destination.Profile;
import io.backhaul.destination.config.Library;
import io.backhaul.destination.config.Shape;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Opens destinations of type {@code kafka}. */
public final class KafkaProvider implements DestinationProvider {

  @Override
  public String type() {
    return "kafka";
  }

  @Override
  public Shape.Obj shape() {
    return KafkaConfig.shape();
  }

  @Override
  public Profile profile() {
    return new Profile(
        "Apache Kafka",
        List.of(
            new Profile.Target(
                "<topic>",
                EnumSet.allOf(Op.class),
                KafkaConfig.MOST_RECORDS,
                "a topic that exists; compacted, it holds the newest of each key")),
        true,
        true,
        false,
        false,
        true,
        "sends a tombstone: the key without a value",
        "travels as it is");
  }

  @Override
  public ObjectNode sample() {
    ObjectNode sample = JsonNodeFactory.instance.objectNode();
    sample.putArray("bootstrap_servers").add("broker.example.com:9093");
    return sample;
  }

  /** It speaks Kafka's own protocol. */
  @Override
  public boolean inspectable() {
    return false;
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    Set<String> secrets = new HashSet<>(config.secrets());
    String password = config.properties().path("auth").path("password").asText("");
    if (!password.isEmpty()) {
      secrets.add(password);
    }
    KafkaConfig read = KafkaConfig.read(config.properties());
    Library.require(
        "org.apache.kafka.clients.producer.KafkaProducer",
        "Kafka's client is not on the class path: add Spark's Kafka package,"
            + " org.apache.spark:spark-sql-kafka-0-10");
    return new KafkaDestination(read, secrets);
  }
}
