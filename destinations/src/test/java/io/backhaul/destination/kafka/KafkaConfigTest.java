/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.kafka.KafkaErrors.Action;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaConfigTest {

  private static ObjectNode properties(String server) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.putArray("bootstrap_servers").add(server);
    return properties;
  }

  private static DestinationException refusal(ObjectNode properties) {
    DestinationException refusal =
        catchThrowableOfType(DestinationException.class, () -> KafkaConfig.read(properties));
    assertThat(refusal.kind()).isEqualTo(Kind.REFUSED);
    return refusal;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "broker.example.com",
        "SSL://broker.example.com:9093",
        "169.254.169.254:9092",
        "10.0.0.5:9092",
        "a b:9092",
        "user@broker.example.com:9092"
      })
  void addressesThatAreNoneAreRefused(String server) {
    assertThat(refusal(properties(server)).code()).isEqualTo("ADDRESS_REFUSED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acks",
        "enable.idempotence",
        "delivery.timeout.ms",
        "interceptor.classes",
        "partitioner.class",
        "metric.reporters",
        "sasl.login.callback.handler.class",
        "ssl.engine.factory.class",
        "security.providers"
      })
  void propertiesThatDeliveryRestsOnOrThatLoadAClassAreRefused(String name) {
    ObjectNode properties = properties("broker.example.com:9093");
    properties.putObject("properties").put(name, "x");
    assertThat(refusal(properties)).hasMessageContaining(name);
  }

  @Test
  void aLoginModuleThatLooksThingsUpElsewhereIsRefused() {
    ObjectNode properties = properties("broker.example.com:9093");
    properties
        .putObject("properties")
        .put(
            "sasl.jaas.config",
            "com.sun.security.auth.module.JndiLoginModule required"
                + " user.provider.url=\"ldap://example.com\";");
    assertThat(refusal(properties).code()).isEqualTo("PROPERTY_REFUSED");
  }

  @Test
  void otherMachinesAreSpokenToEncrypted() {
    ObjectNode properties = properties("broker.example.com:9093");
    assertThat(KafkaConfig.read(properties).properties()).containsEntry("security.protocol", "SSL");
    properties
        .putObject("auth")
        .put("type", "scram_sha_512")
        .put("username", "ann")
        .put("password", "not-\"a-secret");
    assertThat(KafkaConfig.read(properties).properties())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
        .containsEntry(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required"
                + " username=\"ann\" password=\"not-\\\"a-secret\";");
    properties.putObject("properties").put("security.protocol", "SASL_PLAINTEXT");
    assertThat(refusal(properties)).hasMessageContaining("allow_insecure");
    assertThat(KafkaConfig.read(properties.put("allow_insecure", true)).toString())
        .doesNotContain("example.com", "secret");
  }

  @Test
  void aKeyThatNamesNothingIsRefused() {
    assertThat(refusal(properties("broker.example.com:9093").put("key", "all")).code())
        .isEqualTo("KEY_REFUSED");
  }

  @Test
  void whatTheClientSaysInTheEnd() {
    assertThat(KafkaErrors.action(new RecordTooLargeException())).isEqualTo(Action.REJECTED);
    assertThat(KafkaErrors.action(new SaslAuthenticationException("no"))).isEqualTo(Action.REFUSED);
    assertThat(KafkaErrors.action(new TopicAuthorizationException("t"))).isEqualTo(Action.REFUSED);
    assertThat(KafkaErrors.action(new NotEnoughReplicasException())).isEqualTo(Action.NOT_APPENDED);
    assertThat(KafkaErrors.action(new NotEnoughReplicasAfterAppendException("")))
        .isEqualTo(Action.IN_DOUBT);
    assertThat(KafkaErrors.action(new TimeoutException())).isEqualTo(Action.IN_DOUBT);
    assertThat(KafkaErrors.action(new NetworkException())).isEqualTo(Action.IN_DOUBT);
    assertThat(KafkaErrors.code(new KafkaException("odd"))).isEqualTo("KAFKA_EXCEPTION");
  }
}
