/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Load;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.AddressGuard;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A destination file of type {@code kafka}, read.
 *
 * @param servers each as host:port
 * @param key how a record's key is worded, or {@code null} for the sync's own key as JSON
 * @param fieldsOnly whether a value is the fields alone
 * @param properties the client's, without those that this connector sets itself
 */
record KafkaConfig(
    List<String> servers,
    KeyTemplate key,
    boolean fieldsOnly,
    Duration timeout,
    Load load,
    boolean allowPrivateNetworks,
    Map<String, String> properties) {

  static final int MOST_RECORDS = 100_000;
  private static final Load LOAD = new Load(1_000, 4 << 20, 100, 4);

  private static final Pattern SERVER =
      Pattern.compile("(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):[0-9]{1,5}");

  /** What delivery rests on. */
  private static final Set<String> OURS =
      Set.of(
          "bootstrap.servers",
          "acks",
          "enable.idempotence",
          "transactional.id",
          "retries",
          "max.in.flight.requests.per.connection",
          "delivery.timeout.ms",
          "request.timeout.ms",
          "max.block.ms",
          "key.serializer",
          "value.serializer");

  /** Whatever names a class to be loaded. */
  private static final Pattern CLASSES =
      Pattern.compile(
          ".*\\.class(es)?|metric\\.reporters|security\\.providers|config\\.providers.*");

  /** Login modules that log in to Kafka and do nothing else (CVE-2023-25194). */
  private static final Pattern JAAS =
      Pattern.compile(
          "\\s*org\\.apache\\.kafka\\.common\\.security\\."
              + "(plain\\.PlainLoginModule|scram\\.ScramLoginModule"
              + "|oauthbearer\\.OAuthBearerLoginModule)\\s[^;]*;\\s*");

  KafkaConfig {
    servers = List.copyOf(servers);
    properties = Map.copyOf(properties);
  }

  static Shape.Obj shape() {
    List<Key> keys = new ArrayList<>();
    keys.add(
        Key.required(
            "bootstrap_servers",
            new Shape.ListOf(Shape.text()),
            "Brokers to ask first, each as host:port."));
    keys.add(
        Key.optional(
            "auth",
            new Shape.Variants(
                "type",
                List.of(
                    login("plain"),
                    login("scram_sha_256"),
                    login("scram_sha_512"),
                    new Shape.Case("none", Shape.obj()))),
            "How we prove who we are (SASL); none if left out."));
    keys.add(
        Key.optional(
            "key",
            Shape.text(),
            "Words a message's key: text with {name} for a field or a column of the sync's key, for"
                + " example customer-{id}. If left out, the sync's key as JSON."));
    keys.add(
        Key.optional(
            "value",
            Shape.choice("envelope", "fields"),
            "envelope",
            "Whether a message's value is {\"key\":…,\"op\":…,\"fields\":…} or the fields alone; a"
                + " delete has none at all (a tombstone)."));
    keys.add(
        Key.optional(
            "timeout",
            new Shape.Span(),
            "30s",
            "Longest time until a message is acknowledged by all replicas in sync."));
    keys.addAll(LOAD.keys(MOST_RECORDS));
    keys.add(
        Key.optional(
            "properties",
            new Shape.MapOf(Shape.text()),
            "The client's own properties, for example compression.type; none that names a class, or"
                + " on which delivery rests."));
    keys.add(
        Key.optional(
            "allow_insecure",
            new Shape.Flag(),
            "false",
            "Whether security.protocol may be one that does not encrypt, for other machines than"
                + " this."));
    keys.add(
        Key.optional(
            "allow_private_networks",
            new Shape.Flag(),
            "false",
            "Whether the brokers asked first may be in a private network."));
    return new Shape.Obj(keys);
  }

  private static Shape.Case login(String word) {
    return new Shape.Case(
        word,
        Shape.obj(
            Key.required("username", Shape.text(), "The user's name."),
            Key.required("password", Shape.secret(), "The user's password.")));
  }

  /**
   * Reads properties of this {@link #shape}.
   *
   * @throws DestinationException (refused) if an address or a property may not be used
   */
  static KafkaConfig read(ObjectNode properties) {
    boolean allowPrivate = properties.path("allow_private_networks").asBoolean(false);
    List<String> servers = new ArrayList<>();
    boolean local = true;
    for (JsonNode each : properties.path("bootstrap_servers")) {
      String host = host(each.asText());
      new AddressGuard(true, allowPrivate).check(URI.create("https://" + host));
      local &= AddressGuard.namesThisMachine(host);
      servers.add(each.asText());
    }
    if (servers.isEmpty()) {
      throw refused("ADDRESS_REFUSED", "bootstrap_servers is empty: name a broker as host:port");
    }
    Map<String, String> client = new TreeMap<>();
    properties
        .path("properties")
        .fields()
        .forEachRemaining(each -> client.put(each.getKey(), each.getValue().asText()));
    client.forEach(KafkaConfig::check);
    boolean sasl = login(properties.path("auth"), client) || client.containsKey("sasl.jaas.config");
    String plain = sasl ? "SASL_PLAINTEXT" : "PLAINTEXT";
    String encrypted = sasl ? "SASL_SSL" : "SSL";
    client.putIfAbsent("security.protocol", local ? plain : encrypted);
    String protocol = client.get("security.protocol");
    boolean allowInsecure = local || properties.path("allow_insecure").asBoolean(false);
    if (protocol.endsWith("PLAINTEXT") && !allowInsecure) {
      throw refused(
          "ADDRESS_REFUSED",
          "security.protocol="
              + protocol
              + " would show messages and credentials to the network: use "
              + encrypted
              + ", or say allow_insecure: true");
    }
    String key = properties.path("key").asText("");
    return new KafkaConfig(
        servers,
        key.isEmpty() ? null : KeyTemplate.of(key),
        properties.path("value").asText("envelope").equals("fields"),
        Duration.ofMillis(properties.path("timeout").asLong(30_000)),
        LOAD.read(properties),
        allowPrivate,
        client);
  }

  private static String host(String server) {
    Matcher parts = SERVER.matcher(server);
    if (!parts.matches()) {
      throw refused(
          "ADDRESS_REFUSED", "a broker's address is not plain: write it as host:port, no protocol");
    }
    return parts.group("host");
  }

  private static void check(String name, String value) {
    if (OURS.contains(name)) {
      throw refused(
          "PROPERTY_REFUSED",
          "properties sets " + name + ", which delivery rests on: leave it out");
    }
    boolean unsafe =
        name.equals("sasl.jaas.config")
            ? !JAAS.matcher(value).matches()
            : CLASSES.matcher(name).matches();
    if (unsafe) {
      throw refused(
          "PROPERTY_REFUSED", "properties sets " + name + ", which loads a class: leave it out");
    }
  }

  private static boolean login(JsonNode auth, Map<String, String> client) {
    String type = auth.path("type").asText("none");
    if (type.equals("none")) {
      return false;
    }
    client.put("sasl.mechanism", type.toUpperCase(Locale.ROOT).replace('_', '-'));
    client.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.%s required username=%s password=%s;"
            .formatted(
                type.equals("plain") ? "plain.PlainLoginModule" : "scram.ScramLoginModule",
                quoted(auth.path("username").asText()),
                quoted(auth.path("password").asText())));
    return true;
  }

  private static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /**
   * Judges every address that the brokers asked first have now; those that they name in turn are
   * the cluster's own business.
   *
   * @throws DestinationException (refused) if one may not be connected to; (unavailable) if none is
   *     known
   */
  void judge() {
    AddressGuard guard = new AddressGuard(true, allowPrivateNetworks);
    boolean any = false;
    for (String server : servers) {
      String host = host(server);
      try {
        for (InetAddress address : InetAddress.getAllByName(host)) {
          guard.judge(host, address);
          any = true;
        }
      } catch (UnknownHostException e) {
        // The client asks the next one.
      }
    }
    if (!any) {
      throw DestinationException.unavailable(
          "UNKNOWN_HOST",
          0,
          Duration.ZERO,
          "no address is known for any of bootstrap_servers: check them, and this machine's DNS");
    }
  }

  private static DestinationException refused(String code, String message) {
    return DestinationException.refused(code, 0, message);
  }

  /** Properties hold secrets. */
  @Override
  public String toString() {
    return "KafkaConfig[" + servers.size() + " servers]";
  }
}
