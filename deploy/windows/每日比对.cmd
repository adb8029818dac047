@echo off
rem What the scheduled task runs. The folder above this one holds bidui.exe and project.toml.
cd /d "%~dp0.."
bidui.exe run project.toml --if-new --wait 3600 --quiet --log bidui.log
