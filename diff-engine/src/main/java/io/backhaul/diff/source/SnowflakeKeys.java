/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.TimeZone;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/**
 * Asks Snowflake for keys, by the JDBC driver that its connector brings: one parameter, an array of
 * keys in JSON. The snapshot's instant stands in the query itself.
 */
final class SnowflakeKeys implements KeyQuery {

  private static final long serialVersionUID = 1L;

  /**
   * With texts of up to 80 bytes a statement stays below the megabyte that Snowflake recommends
   * (docs.snowflake.com/en/user-guide/query-size-limits).
   */
  static final int KEYS_AT_ONCE = 10_000;

  private static final JsonFactory JSON = new JsonFactory();

  private final SourceSpec.Snowflake spec;

  SnowflakeKeys(SourceSpec.Snowflake spec) {
    this.spec = spec;
  }

  static String quoted(String column) {
    return '"' + column.replace("\"", "\"\"") + '"';
  }

  @Override
  public String driver() {
    return "net.snowflake.client.jdbc.SnowflakeDriver";
  }

  @Override
  public String url() {
    return "jdbc:snowflake://" + URI.create(spec.url()).getAuthority();
  }

  /** As the connector has it, so that values are written and read in the same way. */
  @Override
  public Properties login() {
    Properties login = new Properties();
    login.put("ssl", spec.url().startsWith("https:") ? "on" : "off");
    login.put("db", spec.database());
    put(login, "schema", spec.schema());
    put(login, "warehouse", spec.warehouse());
    put(login, "role", spec.role());
    put(login, "user", spec.login().user());
    if (spec.login().token() != null) {
      login.put("authenticator", "oauth");
      login.put("token", spec.login().token());
    } else {
      login.put("privateKey", key());
    }
    login.put("TIMEZONE", TimeZone.getDefault().getID());
    login.put("loginTimeout", SnowflakeOptions.LOGIN_SECONDS);
    login.put("application", SnowflakeOptions.APPLICATION);
    login.put("CLIENT_OUT_OF_BAND_TELEMETRY_ENABLED", "false");
    return login;
  }

  private PrivateKey key() {
    byte[] encoded = Base64.getDecoder().decode(PemKey.base64(spec.login()));
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new SourceException("source.private_key is no RSA key; Snowflake takes no other");
    }
  }

  private static void put(Properties login, String name, String value) {
    if (value != null) {
      login.put(name, value);
    }
  }

  @Override
  public void enter(Connection connection) {
    // the query says of which instant its rows are
  }

  @Override
  public String condition(List<StructField> keys) {
    return "(%s) IN (SELECT %s FROM TABLE(FLATTEN(INPUT => PARSE_JSON(?))) backhaul_keys)"
        .formatted(
            keys.stream().map(key -> quoted(key.name())).collect(Collectors.joining(", ")),
            IntStream.range(0, keys.size())
                .mapToObj(i -> value(i, keys.get(i).dataType()))
                .collect(Collectors.joining(", ")));
  }

  private static String value(int position, DataType type) {
    String text = "CAST(GET(backhaul_keys.VALUE, " + position + ") AS VARCHAR)";
    if (type instanceof StringType) {
      return text;
    }
    return type instanceof DecimalType decimal
        ? "CAST(%s AS NUMBER(%d, %d))".formatted(text, decimal.precision(), decimal.scale())
        : "CAST(" + text + " AS NUMBER(38, 0))";
  }

  @Override
  public void bind(PreparedStatement statement, List<List<String>> keys) throws SQLException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartArray();
      for (List<String> key : keys) {
        json.writeArray(key.toArray(String[]::new), 0, key.size());
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    statement.setString(1, text.toString());
  }

  @Override
  public int keysAtOnce() {
    return KEYS_AT_ONCE;
  }

  @Override
  public SourceException explain(SQLException error) {
    return new SnowflakeFailure(spec).explain(error);
  }
}
